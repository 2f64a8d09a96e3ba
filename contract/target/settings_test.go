package target_test

import (
	"testing"

	"github.com/apiclause/clause/contract/target"
)

// Flags are held to what a target file may say, and messages name the flag.
func TestSettings(t *testing.T) {
	for _, test := range []struct {
		settings target.Settings
		want     string
	}{
		{target.Settings{URL: "http://h/a/", Headers: []string{"x-a: b", "X-A:"}, Token: "t", Values: []string{"a=${TOKEN}", "b={{unique}}"}}, ""},
		{target.Settings{URL: "localhost:1"}, "--url must begin with http:// or https://, such as http://127.0.0.1:9000"},
		{target.Settings{URL: "http://h:0"}, "--url has no valid port; it is a number from 1 to 65535"},
		{target.Settings{Headers: []string{"secret"}}, "a header is not written as 'Name: value'; write -H 'Name: value'"},
		{target.Settings{Headers: []string{"host: a", "A: b\nc"}}, "-H Host is set by the client itself; remove it\n-H A holds a line break or another control character; remove it"},
		{target.Settings{Token: "a "}, "--token has blanks around it; remove them"},
		{target.Settings{Token: "Bearer a"}, "--token begins with Bearer, which the description has it sent with; give what follows it"},
		{target.Settings{User: "a"}, "--user is not written as NAME:PASSWORD"},
		{target.Settings{User: "a:b\n"}, "--user holds a line break or another control character; remove it"},
		{target.Settings{Values: []string{"a", "b=", "c={{uniqe}}"}}, "--value is \"a\"; write NAME=VALUE, such as customer_id=c-1001\n" +
			"--value b is empty; give it a value or remove the line\n" +
			"--value c: {{uniqe}} is no placeholder; use {{unique}}, {{now}} or a time from now, such as {{now-2h}} or {{now+1d}}"},
	} {
		applied, err := test.settings.Apply(&target.Target{})
		got := ""
		if err != nil {
			got = err.Error()
		}
		if got != test.want {
			t.Errorf("%+v\ngot  %s\nwant %s", test.settings, got, test.want)
		}
		if test.want == "" && (applied.BaseURL.String() != "http://h/a" || applied.Values["a"] != "${TOKEN}" || applied.Headers["X-A"].Reveal() != "") {
			t.Errorf("got %+v", applied)
		}
	}
}
