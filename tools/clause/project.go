package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/apiclause/clause/contract"
	"github.com/apiclause/clause/contract/project"
	"github.com/apiclause/clause/contract/target"
)

// This file is where clause.yaml comes in: what it says is put into the flags of a
// command that the command line leaves out.

// configFlag names the file.
const configFlag = "config"

// sections are those commands whose section of clause.yaml has another name. Those that
// plan what verify sends read its.
var sections = map[string]string{"list": "verify", "explain": "verify", "replay": "verify", "generate go": "generate"}

// elsewhere are the flags that clause.yaml does not have, and what to do instead.
var elsewhere = map[string]string{
	"contract":    "name it as a description under contracts",
	"overlay":     "put it into the overlays of a contract, under contracts",
	"remote-refs": "put it beside the description, under contracts",
	"target":      "put it beside the description, under contracts",
	"url":         "give the URL as the target of a contract, under contracts",
	"shard":       "it differs from job to job; give the flag",
	"dry-run":     "it is about one run; give the flag",
	"save-target": "it is about one run; give the flag",
	"write-known": "it is about one run; give the flag",
	"check":       "it is about one run; give the flag",
	"list":        "it is about one run; give the flag",
	"help":        "give the flag",
	configFlag:    "give the flag",
}

// secrets tell which values of flags are secret.
var secrets = map[string]func(string) bool{
	"token": func(string) bool { return true },
	"user":  func(text string) bool { return strings.Contains(text, ":") },
	"header": func(text string) bool {
		name, _, _ := strings.Cut(text, ":")
		return target.Telling(name)
	},
}

// outputFlags name what holds what was said of one contract. Beside those here the
// forms of reports are among them.
var outputFlags = []string{"har", "write-known", "save-target", "out"}

// isOutput reports whether a flag names what holds what was said of one contract.
func isOutput(flag *pflag.Flag) bool {
	isForm := slices.ContainsFunc(reportForms, func(f form) bool { return f.flag == flag.Name })
	return isForm || slices.Contains(outputFlags, flag.Name)
}

// repeatable are the commands that are run for each contract in turn.
var repeatable = []string{"verify", "list", "lint", "prove", "generate go"}

// commandPath names a command without the program.
func commandPath(cmd *cobra.Command) string {
	_, path, _ := strings.Cut(cmd.CommandPath(), " ")
	return path
}

// sectionOf names the section of clause.yaml that a command reads.
func sectionOf(cmd *cobra.Command) string {
	path := commandPath(cmd)
	return cmp.Or(sections[path], path)
}

// borrows reports whether a command reads the section of another one, which says, too,
// what that writes.
func borrows(cmd *cobra.Command) bool {
	first, _, _ := strings.Cut(commandPath(cmd), " ")
	return sectionOf(cmd) != first
}

// addConfig adds the flag to the commands that read the file.
func addConfig(cmd *cobra.Command) {
	for _, child := range cmd.Commands() {
		addConfig(child)
	}
	if reads(cmd) {
		cmd.Flags().String(configFlag, "", "take what flags leave out from `FILE` (default: clause.yaml, if there is one)")
	}
}

// layoutOf gives the sections that clause.yaml can have: one for each command that
// has flags of its own, with these.
func layoutOf(root *cobra.Command) project.Layout {
	layout := project.Layout{}
	var add func(*cobra.Command)
	add = func(cmd *cobra.Command) {
		for _, child := range cmd.Commands() {
			add(child)
		}
		if reads(cmd) && !borrows(cmd) {
			layout[sectionOf(cmd)] = optionsOf(cmd)
		}
	}
	add(root)
	return layout
}

// without are the commands that read no clause.yaml.
var without = []string{"", "help", "version", "init", "schema", "completion"}

// reads reports whether a command reads clause.yaml.
func reads(cmd *cobra.Command) bool {
	path := commandPath(cmd)
	first, _, _ := strings.Cut(path, " ")
	return cmd.Runnable() && !cmd.HasSubCommands() && !slices.Contains(without, first) && !strings.HasPrefix(first, "__")
}

func optionsOf(cmd *cobra.Command) map[string]project.Option {
	options := map[string]project.Option{}
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		o := project.Option{Secret: secrets[f.Name], Elsewhere: elsewhere[f.Name]}
		switch f.Value.Type() {
		case "bool":
			o.Kind = project.Bool
		case "int", "int64", "float64":
			o.Kind = project.Number
		case "stringArray":
			o.Kind = project.List
		}
		options[f.Name] = o
	})
	return options
}

// call is the command line, and what clause.yaml adds to it for one contract.
type call struct {
	args     []string
	settings []project.Setting
	dir      string // which files are seen from
}

type callKey struct{}

// calls gives what the command line comes to: one call, or one for each contract that
// clause.yaml has. What is wrong with the command line itself the one call will say.
func calls(args []string) ([]call, error) {
	plain := []call{{args: args}}
	root := newRoot()
	cmd, rest, err := root.Find(args)
	if err != nil || cmd.ParseFlags(rest) != nil || !reads(cmd) {
		return plain, nil //nolint:nilerr // it is said when the command is run
	}
	if help := cmd.Flags().Lookup("help"); help != nil && help.Changed {
		return plain, nil
	}
	file, err := readProject(cmd, layoutOf(root))
	if file == nil || err != nil {
		return plain, err
	}
	chosen, err := choose(file, cmd)
	if err != nil {
		return nil, err
	}
	var all []call
	for _, c := range chosen {
		one, err := callFor(file, c, cmd, rest)
		if err != nil {
			return nil, err
		}
		all = append(all, one)
	}
	return all, nil
}

// readProject reads the file of --config, or clause.yaml if there is one.
func readProject(cmd *cobra.Command, layout project.Layout) (*project.File, error) {
	name, flag := project.FileName, cmd.Flags().Lookup(configFlag)
	given := flag != nil && flag.Changed
	if given {
		name = flag.Value.String()
	}
	if name == "" {
		return nil, nil //nolint:nilnil // that the flag is empty is said when the command is run
	}
	file, err := project.Read(name, layout)
	switch {
	case errors.Is(err, fs.ErrNotExist) && !given:
		return nil, nil //nolint:nilnil // there need not be one
	case err == nil:
		return file, nil
	case !strings.HasPrefix(err.Error(), name+":"):
		return nil, usagef("%s: %w: name a file that can be read with --config", name, err)
	}
	return nil, usagef("%s cannot be used:\n%w", name, err)
}

// takesContract reports whether a command is about one contract.
func takesContract(cmd *cobra.Command) bool { return cmd.Flags().Lookup("contract") != nil }

// describedByArgument reports whether the first argument of a command may be the
// description.
func describedByArgument(cmd *cobra.Command) bool {
	words := strings.Fields(cmd.Use)
	return len(words) > 1 && slices.Contains([]string{"[DESCRIPTION]", "[CONTRACT]"}, words[1])
}

// naming gives the word of a command line that names a description to a command.
func naming(cmd *cobra.Command, name string) string {
	if describedByArgument(cmd) {
		return name
	}
	return "--contract=" + name
}

// descriptionOf gives the description that the command line names: by --contract, or by
// an argument, which are more then than the command needs. Of the two of diff it is
// the new one.
func descriptionOf(cmd *cobra.Command) string {
	if flag := cmd.Flags().Lookup("contract"); flag != nil && flag.Changed {
		return flag.Value.String()
	}
	args, needed := cmd.Flags().Args(), needs(cmd)
	switch {
	case describedByArgument(cmd) && len(args) > needed:
		return args[0]
	case !takesContract(cmd) && cmd.Name() == "diff" && len(args) == needed:
		return args[len(args)-1]
	}
	return ""
}

// meant gives the description that a call is about, which may be that of the report that
// it is given, or tells that it is about all contracts. Why a report cannot be read is
// said when the command is run.
func meant(cmd *cobra.Command) (description string, all bool) {
	switch given := descriptionOf(cmd); {
	case given != "":
		return given, false
	case cmd.Name() != "replay":
		return "", takesContract(cmd)
	}
	r, err := readReport(cmd.Flags().Arg(0), ranReport)
	if err != nil {
		return "", false
	}
	return r.Contract.File, false
}

// needs counts the arguments that a command cannot do without.
func needs(cmd *cobra.Command) int {
	n := 0
	for _, word := range strings.Fields(cmd.Use)[1:] {
		if !strings.HasPrefix(word, "[") {
			n++
		}
	}
	return n
}

// choose gives the contracts of the file that a call is about: nil stands for none of
// them.
func choose(file *project.File, cmd *cobra.Command) ([]*project.Contract, error) {
	given, all := meant(cmd)
	if given == "" && !all {
		return []*project.Contract{nil}, nil
	}
	var chosen []*project.Contract
	for i := range file.Contracts {
		c := &file.Contracts[i]
		name, err := c.Description.Fill(os.LookupEnv)
		if err != nil {
			return nil, usagef("%w", err)
		}
		if given == "" || sameFile(given, seenFrom(filepath.Dir(file.Name), name[0])) {
			chosen = append(chosen, c)
		}
	}
	chosen = generated(file, cmd, chosen)
	switch {
	case len(chosen) == 0:
		return []*project.Contract{nil}, nil
	case len(chosen) > 1:
		return chosen, refuseSeveral(file, cmd, chosen)
	}
	return chosen, nil
}

// generated leaves out, where Go is generated of several contracts, those of which
// the file does not say to what folder.
func generated(file *project.File, cmd *cobra.Command, all []*project.Contract) []*project.Contract {
	section := sectionOf(cmd)
	if section != "generate" || len(file.Sections[section]) > 0 {
		return all
	}
	wanted := slices.DeleteFunc(slices.Clone(all), func(c *project.Contract) bool { return len(c.Sections[section]) == 0 })
	if len(wanted) == 0 {
		return all
	}
	return wanted
}

// refuseSeveral refuses what cannot be done for several contracts at once.
func refuseSeveral(file *project.File, cmd *cobra.Command, all []*project.Contract) error {
	path, first := commandPath(cmd), naming(cmd, strings.Join(all[0].Description.Texts, ""))
	many := fmt.Sprintf("%s has %d contracts", file.Name, len(all))
	if !slices.Contains(repeatable, path) {
		return usagef("%s, and clause %s takes one: name it, as in clause %[2]s %s", many, path, shellWord(first))
	}
	var err error
	cmd.Flags().Visit(func(f *pflag.Flag) {
		if isOutput(f) {
			err = usagef("--%s is for one contract, and %s: name one, as in clause %s %s", f.Name, many, path, shellWord(first))
		}
	})
	for _, s := range file.Sections[sectionOf(cmd)] {
		if flag := cmd.Flags().Lookup(s.Name); flag != nil && isOutput(flag) && !borrows(cmd) {
			err = usagef("%s: %s is for one contract, and %s: put it into the section %s of each, with another value in each",
				s.At, s.Place, many, sectionOf(cmd))
		}
	}
	return err
}

// callFor gives the call for one contract of a file, or for none of them.
func callFor(file *project.File, c *project.Contract, cmd *cobra.Command, rest []string) (call, error) {
	section := sectionOf(cmd)
	one := call{args: slices.Concat(strings.Fields(commandPath(cmd)), rest), dir: filepath.Dir(file.Name)}
	taken := map[string]bool{}
	add := func(settings ...project.Setting) {
		for _, s := range settings {
			if s.Given() && !taken[s.Name] {
				taken[s.Name] = true
				one.settings = append(one.settings, s)
			}
		}
	}
	if c != nil {
		aim, overlays := c.Target, c.Overlays
		overlays.Name = "overlay"
		if contract.IsURL(strings.Join(aim.Texts, "")) {
			aim.Name = "url"
		}
		add(aim, overlays, c.RemoteRefs)
		add(c.Sections[section]...)
		if descriptionOf(cmd) == "" {
			name, err := c.Description.Fill(os.LookupEnv)
			if err != nil {
				return call{}, usagef("%w", err)
			}
			one.args = slices.Concat(strings.Fields(commandPath(cmd)), []string{naming(cmd, seenFrom(one.dir, name[0]))}, rest)
		}
	}
	add(file.Sections[section]...)
	return one, nil
}

// settle puts what clause.yaml says into the flags that were not given.
func settle(cmd *cobra.Command) error {
	one, _ := cmd.Context().Value(callKey{}).(*call)
	if one == nil {
		return nil
	}
	var used []project.Setting
	aim := cmd.Flags().Lookup("target")
	for _, s := range one.settings {
		flag := cmd.Flags().Lookup(s.Name)
		if flag == nil || isGiven(flag) || s.Name == "url" && aim != nil && aim.Changed || borrows(cmd) && isOutput(flag) {
			continue
		}
		if err := one.fill(cmd.Flags(), flag, s); err != nil {
			return err
		}
		used = append(used, s)
	}
	one.settings = used
	return nil
}

// fill puts a setting into a flag.
func (c *call) fill(flags *pflag.FlagSet, flag *pflag.Flag, s project.Setting) error {
	texts, err := s.Fill(os.LookupEnv)
	if err != nil {
		return usagef("%w", err)
	}
	name, _ := pflag.UnquoteUsage(flag)
	for _, text := range texts {
		if name == "FILE" || name == "DIR" {
			text = seenFrom(c.dir, text)
		}
		if err := flags.Set(s.Name, text); err != nil {
			return usagef("%s: %s is %q: use %s", s.At, s.Place, strings.Join(s.Texts, ""), valueOf(flag))
		}
	}
	if err := flags.SetAnnotation(s.Name, filledIn, nil); err != nil {
		return usagef("%w", err)
	}
	return nil
}

// isGiven reports whether the command line has a flag. A secret that is empty is none: it
// is that of a variable which is not set.
func isGiven(flag *pflag.Flag) bool {
	return flag.Changed && (secrets[flag.Name] == nil || flag.Value.String() != "")
}

// filledIn is the annotation of a flag that clause.yaml has filled.
const filledIn = "filled in"

// typed reports whether a flag stands on the command line, and is not one that clause.yaml
// has filled.
func typed(flag *pflag.Flag) bool {
	_, filled := flag.Annotations[filledIn]
	return flag.Changed && !filled
}

// placed says of the flags that an error names which of them come from clause.yaml.
func (c *call) placed(err error) error {
	if err == nil || err.Error() == "" {
		return err
	}
	var from []string
	for _, s := range c.settings {
		if strings.Contains(err.Error()+" ", "--"+s.Name+" ") || strings.Contains(err.Error(), "--"+s.Name+":") {
			from = append(from, fmt.Sprintf("--%s is from %s", s.Name, s.At))
		}
	}
	if len(from) == 0 || codeOf(err) != exitUsage {
		return err
	}
	return exit{exitUsage, fmt.Errorf("%w (%s)", err, strings.Join(from, ", "))}
}

// seenFrom gives the name of a file that is relative to a folder.
func seenFrom(dir, name string) string {
	if dir == "." || name == "-" || contract.IsURL(name) || filepath.IsAbs(name) {
		return name
	}
	return filepath.Join(dir, name)
}

// sameFile reports whether two names mean the same file or URL.
func sameFile(a, b string) bool {
	if a == b {
		return true
	}
	one, err := os.Stat(a) //nolint:gosec // a command-line tool looks at the files that it is told of
	other, also := os.Stat(b)
	return err == nil && also == nil && os.SameFile(one, other)
}

// execute runs what the command line comes to. The worst is the exit code of all:
// what is violated counts more than that no verdict was reached.
func execute(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) error {
	all, err := calls(args)
	if err != nil {
		return err
	}
	var worst error
	for i := range all {
		if i > 0 {
			say(stdout, "")
		}
		root := newRoot()
		if slices.Contains(all[i].args, cobra.ShellCompRequestCmd) {
			plainUsages(root)
		}
		root.SetArgs(all[i].args)
		root.SetIn(stdin)
		root.SetOut(stdout)
		root.SetErr(stderr)
		err := all[i].placed(root.ExecuteContext(context.WithValue(ctx, callKey{}, &all[i])))
		if _, rest, unknown := root.Find(args); unknown != nil {
			return unknownCommand(root, rest)
		}
		if ctx.Err() != nil || err != nil && codeOf(err) == exitUsage || i == len(all)-1 && worst == nil {
			return worse(worst, err)
		}
		worst = worse(worst, told(stderr, err))
	}
	return worst
}

// told writes an error where others come after it, and leaves its exit code.
func told(stderr io.Writer, err error) error {
	if err == nil {
		return nil
	}
	if text := err.Error(); text != "" {
		say(stderr, "clause: %s", printable(text))
	}
	return exit{code: codeOf(err)}
}

// worse gives that of two errors whose exit code counts more.
func worse(a, b error) error {
	weight := func(err error) int {
		if err == nil {
			return 0
		}
		return map[int]int{exitError: 1, exitViolated: 2, exitUsage: 3}[codeOf(err)]
	}
	if weight(b) > weight(a) {
		return b
	}
	return a
}
