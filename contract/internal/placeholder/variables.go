package placeholder

import "regexp"

// variable matches ${NAME}, its escape $${, and what looks like one.
var variable = regexp.MustCompile(`\$\$\{|\$\{([A-Za-z_][A-Za-z0-9_]*)\}|\$\{`)

// Variables fills ${NAME} in a text of a file: value gives what the environment has,
// or "" where it has nothing. $${ stands for ${ itself. wrong says, for each variable
// that has no value, why and what to do. What a variable holds is not filled again.
func Variables(text string, value func(name string) string) (filled string, wrong []string) {
	filled = variable.ReplaceAllStringFunc(text, func(match string) string {
		switch match {
		case "$${":
			return "${"
		case "${":
			wrong = append(wrong, "${ must begin a variable, ${NAME}; write $${ for ${ itself")
			return ""
		}
		name := match[len("${") : len(match)-len("}")]
		held := value(name)
		if held == "" {
			wrong = append(wrong, "the environment variable "+name+" is not set, or empty; set it")
		}
		return held
	})
	return filled, wrong
}

// HasVariable reports whether a text has a ${NAME} that Variables fills.
func HasVariable(text string) bool {
	for _, found := range variable.FindAllString(text, -1) {
		if found != "$${" && found != "${" {
			return true
		}
	}
	return false
}
