package main

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/apiclause/clause/contract"
	"github.com/apiclause/clause/contract/clause"
	"github.com/apiclause/clause/contract/plan"
)

// usagef is an error in how the program was called.
func usagef(format string, args ...any) error {
	return exit{exitUsage, fmt.Errorf(format, args...)}
}

func seeHelp(cmd *cobra.Command) string { return "see " + cmd.CommandPath() + " --help" }

// noArguments refuses arguments. Cobra's own would call one an unknown command.
func noArguments(cmd *cobra.Command, args []string) error {
	return arguments(0, "no argument")(cmd, args)
}

// arguments takes at most so many, none of them empty: an empty one mostly is a
// shell variable that is not set.
func arguments(most int, what string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		for i, a := range args {
			if i >= most {
				return usagef("%s takes %s: remove %q: %s", cmd.CommandPath(), what, a, seeHelp(cmd))
			}
			if a == "" {
				return usagef("the argument of %s is empty: give it a value, or leave it out", cmd.CommandPath())
			}
		}
		return nil
	}
}

// refuseEmptyFlags refuses --target "$TARGET" where TARGET is not set: what it
// was meant for would silently be something else.
func refuseEmptyFlags(cmd *cobra.Command, _ []string) error {
	var err error
	cmd.Flags().Visit(func(f *pflag.Flag) {
		if isEmpty(f) && err == nil {
			err = usagef("--%s is empty: give it a value, or leave the flag out", f.Name)
		}
	})
	return err
}

// isEmpty reports whether the value of a flag is empty, or one of the files that it
// names. Of other lists the error says more that is about their values.
func isEmpty(f *pflag.Flag) bool {
	if list, several := f.Value.(pflag.SliceValue); several {
		name, _ := pflag.UnquoteUsage(f)
		return name == "FILE" && slices.Contains(list.GetSlice(), "")
	}
	return f.Value.Type() == "string" && f.Value.String() == ""
}

func commandNames(root *cobra.Command) []string {
	var names []string
	for _, c := range root.Commands() {
		if c.IsAvailableCommand() {
			names = append(names, c.Name())
		}
	}
	return names
}

// unknownCommand names the command that args begin with, and the one that was
// meant.
func unknownCommand(root *cobra.Command, args []string) error {
	name, known := "", commandNames(root)
	for _, a := range args {
		if !strings.HasPrefix(a, "-") {
			name = a
			break
		}
	}
	if meant := nearest(name, known); meant != "" {
		return usagef("there is no command %q: did you mean %s? see clause --help", name, meant)
	}
	return usagef("there is no command %q: use one of %s: see clause --help", name, strings.Join(known, ", "))
}

// flagError says what is wrong with a flag in the words of the command line
// rather than in those of the parser.
func flagError(cmd *cobra.Command, err error) error {
	var unknown *pflag.NotExistError
	var bare *pflag.ValueRequiredError
	var bad *pflag.InvalidValueError
	switch {
	case errors.As(err, &unknown):
		return unknownFlag(cmd, unknown)
	case errors.As(err, &bare):
		return usagef("--%s needs a value: %s", bare.GetFlag().Name, seeHelp(cmd))
	case errors.As(err, &bad):
		return usagef("--%s is %q: use %s", bad.GetFlag().Name, bad.GetValue(), valueOf(bad.GetFlag()))
	default:
		return usagef("%w: %s", err, seeHelp(cmd))
	}
}

func unknownFlag(cmd *cobra.Command, e *pflag.NotExistError) error {
	given, name := "--"+e.GetSpecifiedName(), e.GetSpecifiedName()
	if letters := e.GetSpecifiedShortnames(); letters != "" {
		given, name = "-"+letters, letters // -only is meant for --only
	}
	var known []string
	cmd.Flags().VisitAll(func(f *pflag.Flag) { known = append(known, f.Name) })
	if meant := nearest(name, known); meant != "" {
		return usagef("%s has no flag %s: did you mean --%s? %s", cmd.CommandPath(), given, meant, seeHelp(cmd))
	}
	return usagef("%s has no flag %s: %s", cmd.CommandPath(), given, seeHelp(cmd))
}

func valueOf(f *pflag.Flag) string {
	switch f.Value.Type() {
	case "int", "int64":
		return "a whole number"
	case "float64":
		return "a number"
	case "duration":
		return "a duration such as 500ms, 30s or 5m"
	case "bool":
		return "true or false"
	case "share":
		return failOnForm
	case "shard":
		return plan.ShardForm
	default:
		return "a " + f.Value.Type()
	}
}

// flagged puts the flags into an error of the library, which speaks of the
// fields of its configuration.
func (f *verifyFlags) flagged(err error) error {
	if !errors.Is(err, contract.ErrUsage) {
		return err
	}
	text := err.Error()
	switch {
	case f.known != "" && strings.HasPrefix(text, f.known+":"):
		return usagef("--known cannot be used:\n%w", err)
	case strings.HasPrefix(text, "only and skip "):
		return usagef("--only and --skip %s", strings.TrimPrefix(text, "only and skip "))
	case strings.HasPrefix(text, "only "), strings.HasPrefix(text, "skip "), strings.HasPrefix(text, "shard "):
		return usagef("--%w", err)
	default:
		return err
	}
}

// flagWords are the words for what a target file says, and the flags that say it.
var flagWords = strings.NewReplacer(
	"look at auth in the target file", "look at what --token, --user or -H give",
	"auth in the target file", "what --token, --user or -H give",
	"auth.token in the target file", "--token",
	"what is given under values", "what --value gives",
	"them under headers in the target file", "them with -H 'NAME: VALUE'",
	"them under headers", "them with -H 'NAME: VALUE'",
	"add it to values", "give it with --value NAME=VALUE",
	"tls.insecure", "tls.insecure in a target file, which --save-target writes",
	"baseURL", "--url",
)

// credentialWords are the words for the credentials that a target file lacks.
var credentialWords = regexp.MustCompile(`put (user and password|[^:]*) under auth(?:\.schemes\.\S+)? in the target file(?:, or give --\w+)?`)

// credentialFlags speaks of the flags that give them.
func credentialFlags(text string) string {
	return credentialWords.ReplaceAllStringFunc(text, func(found string) string {
		if strings.HasPrefix(found, "put user and password ") {
			return "give --user or -H"
		}
		return "give --token or -H"
	})
}

// inFlags speaks of flags in an error that speaks of a target file, where there is
// none.
func (f *verifyFlags) inFlags(err error) error {
	if err == nil || f.target != "" || f.contract == "" && f.settings.URL == "" {
		return err
	}
	return exit{codeOf(err), errors.New(flagWords.Replace(credentialFlags(err.Error())))}
}

// nearest gives the known name that was probably meant: the nearest one, or else
// the first that holds the given name; "" when there is none.
func nearest(name string, known []string) string {
	if n := clause.Nearest(name, known); n != "" || name == "" {
		return n
	}
	for _, k := range known {
		if strings.Contains(strings.ToLower(k), strings.ToLower(name)) {
			return k
		}
	}
	return ""
}
