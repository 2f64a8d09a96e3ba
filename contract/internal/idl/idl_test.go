package idl

import (
	"strings"
	"testing"
)

// spell writes an expression with a bracket around each.
func spell(e *Expr) string {
	args := make([]string, len(e.Args))
	for i, a := range e.Args {
		args[i] = spell(a)
	}
	values := make([]string, len(e.Values))
	for i, v := range e.Values {
		values[i] = v.Text
	}
	switch e.Kind {
	case Param, Number:
		return e.Name
	case Compare, Arith:
		if e.Values != nil {
			return "(" + args[0] + e.Op + strings.Join(values, "|") + ")"
		}
		return "(" + args[0] + e.Op + args[1] + ")"
	case Like:
		return "(" + args[0] + "~" + values[0] + ")"
	case Not:
		return "!" + args[0]
	case And:
		return "(" + strings.Join(args, "&") + ")"
	case Or:
		return "(" + strings.Join(args, " or ") + ")"
	case Function:
		return e.Name + "(" + strings.Join(args, ",") + ")"
	case If:
		return args[0] + "=>" + args[1]
	}
	return "?"
}

func TestParse(t *testing.T) {
	for text, want := range map[string]string{
		"IF p1 THEN p2;":                                 "p1=>p2",
		"IF p1=='x' THEN p2==\"y\"":                      "(p1==x)=>(p2==y)",
		"IF NOT p1 THEN p2 OR p3 AND p4;":                "!p1=>(p2 or (p3&p4))",
		"IF NOT p1=='A' THEN NOT (p2 OR p3)":             "!(p1==A)=>!(p2 or p3)",
		"IF p1=='a'|'b' THEN p2==true;":                  "(p1==a|b)=>(p2==true)",
		"IF p1='A' THEN p2!=-2.5":                        "(p1==A)=>(p2!=-2.5)",
		"IF a LIKE '*x*' THEN b":                         "(a~*x*)=>b",
		"Or(p1, p2);":                                    "Or(p1,p2)",
		"OnlyOne (a AND b, c, d=='1');":                  "OnlyOne((a&b),c,(d==1))",
		"AllOrNone(p1, Or(p2, p3));":                     "AllOrNone(p1,Or(p2,p3))",
		"NOT ZeroOrOne(p1, p2 < p3);":                    "!ZeroOrOne(p1,(p2<p3))",
		"p1 + p2 * p3 - p4 >= 3;":                        "(((p1+(p2*p3))-p4)>=3)",
		"(p1 + p2) / p3 < 100;":                          "(((p1+p2)/p3)<100)",
		"p1 <= p2;":                                      "(p1<=p2)",
		"p1 < p2 + 1":                                    "(p1<(p2+1))",
		"IF (p1 AND (p2 > 3)) THEN (OnlyOne(a, b) OR c)": "(p1&(p2>3))=>(OnlyOne(a,b) or c)",
		"Or([filter[x]], [a-b/c:d], ^OR, e.f) // done":   "Or(filter[x],a-b/c:d,OR,e.f)",
		"a == b; /* ; */ b == c;\n\n;":                   "(a==b); (b==c)",
		"Or(Or, OnlyOne)":                                "Or(Or,OnlyOne)",
	} {
		var got []string
		for _, d := range Parse(text) {
			if d.Expr == nil {
				t.Errorf("%s: %s", text, d.Problem)
				continue
			}
			got = append(got, spell(d.Expr))
		}
		if s := strings.Join(got, "; "); s != want {
			t.Errorf("%s: got %s, want %s", text, s, want)
		}
	}
}

func TestParseProblems(t *testing.T) {
	for text, want := range map[string]string{
		"p1":                          "a parameter alone states nothing",
		"IF p1 p2":                    `THEN is expected, not "p2"`,
		"IF p1 THEN":                  "a parameter is expected, not the end",
		"Or(p1)":                      "Or is of two or more",
		"Or(p1, p2":                   `")" is expected, not the end`,
		"Or(p1, p2) p3":               `"p3" is not expected there`,
		"p1 + p2":                     "a sum is compared with nothing",
		"(p1 OR p2) + 3 < 4":          "only parameters and numbers are added, subtracted, multiplied and divided",
		"p1 < Or(a, b)":               "only parameters, numbers and sums are compared",
		"3 < 4":                       "two numbers are compared",
		"p1 + 1 == 'x'":               "a value is compared with what is no parameter",
		"p1 != 'x'|'y'":               "several values are compared with ==, not with !=",
		"p1 == 'x'|*":                 `a value is expected, not "*"`,
		"p1 == 'x":                    "a text does not end: it needs a second quotation mark",
		"p1 LIKE p2":                  "LIKE stands between a parameter and a text in quotation marks",
		"Or([a, b)":                   "a name in brackets does not end",
		"Or(a, 5b)":                   `"5b" is no number, and a name that starts with a digit stands in brackets`,
		"Or(a, b) /* and":             "a comment does not end",
		"Or(a, é)":                    `'é' has no meaning there: a name with other characters than letters, digits, _ and . stands in brackets`,
		strings.Repeat("(", 60):       "it nests deeper than 50 levels",
		strings.Repeat("NOT ", 60):    "it nests deeper than 50 levels",
		strings.Repeat("a", 16<<10+1): "it has 16385 bytes, at most 16384 are read",
	} {
		got := Parse(text)
		if len(got) != 1 || got[0].Expr != nil || got[0].Problem != want {
			t.Errorf("%.40s: got %+v, want %s", text, got, want)
		}
	}
}

// One statement that cannot be read does not keep the next from being read.
func TestParseGoesOn(t *testing.T) {
	got := Parse("IF x; Or(a, b); Or(c, ?);AllOrNone(d, e)")
	if len(got) != 4 || got[0].Problem == "" || got[1].Expr == nil || got[2].Problem == "" || got[3].Expr == nil {
		t.Errorf("got %+v", got)
	}
	if got[1].Text != "Or(a, b)" || got[2].Text != "Or(c, ?)" {
		t.Errorf("texts %q, %q", got[1].Text, got[2].Text)
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{
		"IF p1=='x'|'y' THEN NOT (p2 OR p3 AND Or(p4, [p.5]));", "(p1 + p2) * 3 >= -4.5; p1 < p2", "ZeroOrOne(a, b LIKE '*');",
		"NOT OnlyOne(a, AllOrNone(b, c)); // x\n/* y */", "'\\'", "[[]", "\xff", "((((", "a = = b", "1.", "-", "IF THEN IF",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, d := range Parse(s) {
			if (d.Expr == nil) == (d.Problem == "") {
				t.Errorf("%q: neither read nor refused, or both: %+v", s, d)
			}
			if d.Expr != nil {
				spell(d.Expr)
				d.Expr.Params()
			}
		}
	})
}
