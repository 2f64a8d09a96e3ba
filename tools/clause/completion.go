package main

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// shell is one for which there is a completion.
type shell struct {
	name  string
	write func(root *cobra.Command, w io.Writer) error
}

var shells = []shell{
	{"bash", func(root *cobra.Command, w io.Writer) error { return root.GenBashCompletionV2(w, true) }},
	{"zsh", (*cobra.Command).GenZshCompletion},
	{"fish", func(root *cobra.Command, w io.Writer) error { return root.GenFishCompletion(w, true) }},
	{"powershell", (*cobra.Command).GenPowerShellCompletionWithDesc},
}

// completeFlag has a shell complete the values of a flag that takes one of a few.
func completeFlag(cmd *cobra.Command, flag string, values ...string) {
	if err := cmd.RegisterFlagCompletionFunc(flag, cobra.FixedCompletions(values, cobra.ShellCompDirectiveNoFileComp)); err != nil {
		panic(err) // there is no such flag
	}
}

// plainUsages takes the marks around the name of a value out of what flags do, which
// --help takes out, too: a shell shows the text as it is.
func plainUsages(cmd *cobra.Command) {
	cmd.Flags().VisitAll(func(f *pflag.Flag) { _, f.Usage = pflag.UnquoteUsage(f) })
	for _, c := range cmd.Commands() {
		plainUsages(c)
	}
}

func newCompletion() *cobra.Command {
	var names []string
	for _, s := range shells {
		names = append(names, s.name)
	}
	known := strings.Join(names, ", ")
	return &cobra.Command{
		Use:   "completion SHELL",
		Short: "Write what has a shell complete commands and flags",
		Long: `Writes a script after which a shell completes the commands and flags of clause.
SHELL is one of ` + known + `. For this session, and for all to come:

  bash        source <(clause completion bash)
              clause completion bash > ~/.local/share/bash-completion/completions/clause
  zsh         source <(clause completion zsh)
              clause completion zsh > "${fpath[1]}/_clause"
  fish        clause completion fish | source
              clause completion fish > ~/.config/fish/completions/clause.fish
  powershell  clause completion powershell | Out-String | Invoke-Expression

Exit codes: 0 it is written; 2 there is none for the shell.`,
		ValidArgs: names,
		Args:      arguments(1, "one shell"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return usagef("a shell is missing: name one of %s: %s", known, seeHelp(cmd))
			}
			at := slices.Index(names, args[0])
			if at < 0 {
				return usagef("there is no completion for the shell %q: name one of %s: %s", args[0], known, seeHelp(cmd))
			}
			if err := shells[at].write(cmd.Root(), cmd.OutOrStdout()); err != nil {
				return fmt.Errorf("write the completion: %w", err)
			}
			return nil
		},
	}
}
