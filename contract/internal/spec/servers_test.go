package spec

import (
	"strings"
	"testing"
)

// TestOwnServers holds that what is at another server than the rest is not sent to the
// base URL, and said so; another scheme, or a slash at the end, is no other server.
func TestOwnServers(t *testing.T) {
	for _, test := range []struct{ whole, path, operation, want string }{
		{"", "", "", ""},
		{"https://a.example.com/v1", "", "", ""},
		{"https://a.example.com/v1", "http://a.example.com/v1/", "", ""},
		{"https://a.example.com/v1", "https://a.example.com/v2", "https://A.example.com/v1", ""},
		{"https://a.example.com/v1", "https://a.example.com/v2", "", "https://a.example.com/v2"},
		{"https://a.example.com/v1", "", "https://b.example.com/v1", "https://b.example.com/v1"},
		{"", "", "https://b.example.com/v1", ""},
		{"", "/", "", ""},
		{"", "/files", "", "/files"},
	} {
		servers := func(indent, url string) string {
			if url == "" {
				return ""
			}
			return indent + "servers: [{url: '" + url + "'}]\n"
		}
		c, err := Load("c.yaml", []byte("openapi: 3.0.3\ninfo: {title: A, version: '1'}\n"+servers("", test.whole)+
			"paths:\n  /x:\n"+servers("    ", test.path)+"    get:\n      operationId: x\n"+servers("      ", test.operation)+
			"      responses: {'200': {description: ok}}\n"))
		if err != nil {
			t.Fatal(err)
		}
		why, told := c.Operations[0].Unsendable, Problems(c.Warnings).Error()
		if test.want == "" && why+told != "" {
			t.Errorf("%+v: %s %s", test, why, told)
		}
		want := "the description has it at the server " + test.want + ", and requests go below the base URL alone"
		if test.want != "" && (why != want+": if that has it, too, take its servers out with an overlay" ||
			!strings.Contains(told, "operation x is not sent: "+want)) {
			t.Errorf("%+v: %s %s", test, why, told)
		}
	}
}
