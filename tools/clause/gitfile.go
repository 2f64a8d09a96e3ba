package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/apiclause/clause/contract"
)

// gitPrefix begins what names a file as a commit has it: git:REV:PATH.
const gitPrefix = "git:"

// maxGit bounds what is taken out of a commit, in bytes.
const maxGit = 256 << 20

// gitFiles are the descriptions of a commit, in a folder that is temporary: what a
// description refers to is beside it there.
type gitFiles struct {
	shown  string // git:REV:
	dir    string
	file   string // within dir
	prefix string // where the working directory is in the repository
}

// splitGit reads git:REV:PATH.
func splitGit(name string) (rev, file string, err error) {
	rev, file, found := strings.Cut(strings.TrimPrefix(name, gitPrefix), ":")
	if !found || rev == "" || file == "" || strings.HasPrefix(rev, "-") {
		return "", "", usagef("%q names no file of a commit: write git:REV:PATH, such as git:main:openapi.yaml", name)
	}
	return rev, file, nil
}

// openGit takes a file, and what it may refer to, out of a commit. remove takes the
// folder away.
func openGit(ctx context.Context, name string) (files *gitFiles, remove func(), err error) {
	rev, file, err := splitGit(name)
	if err != nil {
		return nil, nil, err
	}
	where, err := git(ctx, nil, "rev-parse", "--show-toplevel", "--show-prefix")
	if err != nil {
		return nil, nil, usagef("%s: %w", name, err)
	}
	top, prefix, _ := strings.Cut(string(where), "\n")
	if strings.HasPrefix(file, "./") || strings.HasPrefix(file, "../") {
		file = path.Join(strings.TrimSpace(prefix), file)
	}
	file = path.Clean(file)
	listed, err := git(ctx, nil, "-C", top, "ls-tree", "-r", "-z", "--name-only", "--full-tree", rev)
	if err != nil {
		return nil, nil, usagef("%s: %w: name a commit, branch or tag that is there", name, err)
	}
	all := strings.Split(string(listed), "\x00")
	if !slices.Contains(all, file) || !filepath.IsLocal(filepath.FromSlash(file)) {
		return nil, nil, usagef("%s: %s has no file %s%s", name, rev, file, meantFile(file, strings.TrimSpace(prefix), all))
	}
	dir, err := os.MkdirTemp("", "clause-diff-")
	if err != nil {
		return nil, nil, fmt.Errorf("take %s out of git: %w", name, err)
	}
	remove = func() { _ = os.RemoveAll(dir) }
	wanted := slices.DeleteFunc(all, func(one string) bool { return one != file && !mayBeDescription(one) })
	if err := takeOut(ctx, top, rev, wanted, dir); err != nil {
		remove()
		return nil, nil, usagef("%s: %w", name, err)
	}
	return &gitFiles{shown: gitPrefix + rev + ":", dir: dir, file: filepath.FromSlash(file), prefix: strings.TrimSpace(prefix)}, remove, nil
}

// overlays gives the overlays as the commit has them. Those that it lacks are missing;
// URLs, and files that are not in the repository, are what they are.
func (g *gitFiles) overlays(names []string) (there, missing []string) {
	for _, name := range names {
		within := path.Join(g.prefix, filepath.ToSlash(name))
		if contract.IsURL(name) || filepath.IsAbs(name) || !filepath.IsLocal(filepath.FromSlash(within)) {
			there = append(there, name)
			continue
		}
		taken := filepath.Join(g.dir, filepath.FromSlash(within))
		if _, err := os.Stat(taken); err != nil {
			missing = append(missing, name)
			continue
		}
		there = append(there, taken)
	}
	return there, missing
}

// meantFile offers the file that was meant.
func meantFile(file, prefix string, all []string) string {
	if prefix != "" && slices.Contains(all, path.Join(prefix, file)) {
		return ": paths are from the root of the repository; did you mean ./" + file + "?"
	}
	known := slices.DeleteFunc(slices.Clone(all), func(one string) bool { return !mayBeDescription(one) })
	if meant := nearest(file, known); meant != "" {
		return ": did you mean " + meant + "?"
	}
	return ": name one that git ls-tree lists"
}

func mayBeDescription(file string) bool {
	return slices.Contains([]string{".yaml", ".yml", ".json"}, path.Ext(file)) &&
		filepath.IsLocal(filepath.FromSlash(file)) && !strings.Contains(file, "\n")
}

// takeOut writes files of a commit into a folder.
func takeOut(ctx context.Context, top, rev string, files []string, dir string) error {
	var asked bytes.Buffer
	for _, file := range files {
		_, _ = fmt.Fprintf(&asked, "%s:%s\n", rev, file)
	}
	given, err := git(ctx, &asked, "-C", top, "cat-file", "--batch")
	if err != nil {
		return err
	}
	from := bufio.NewReader(bytes.NewReader(given))
	for _, file := range files {
		head, err := from.ReadString('\n')
		fields := strings.Fields(head)
		if err != nil || len(fields) < 2 {
			return fmt.Errorf("git does not give %s", file)
		}
		size, err := strconv.Atoi(fields[len(fields)-1])
		if err != nil { // it is missing
			continue
		}
		content := make([]byte, size)
		if _, err := io.ReadFull(from, content); err != nil {
			return fmt.Errorf("git does not give all of %s: %w", file, err)
		}
		_, _ = from.Discard(1)
		if fields[1] != "blob" {
			continue
		}
		to := filepath.Join(dir, filepath.FromSlash(file))
		if err := os.MkdirAll(filepath.Dir(to), 0o700); err != nil {
			return fmt.Errorf("write %s: %w", file, err)
		}
		if err := os.WriteFile(to, content, 0o600); err != nil {
			return fmt.Errorf("write %s: %w", file, err)
		}
	}
	return nil
}

// git runs git, and gives what it says.
func git(ctx context.Context, in io.Reader, args ...string) ([]byte, error) {
	cmd := exec.CommandContext(ctx, "git", args...) //nolint:gosec // the arguments are ours, and a revision that is no flag
	var out limitedBuffer
	var said bytes.Buffer
	cmd.Env = append(os.Environ(), "LC_ALL=C")
	cmd.Stdin, cmd.Stdout, cmd.Stderr = in, &out, &said
	err := cmd.Run()
	switch {
	case errors.Is(err, exec.ErrNotFound):
		return nil, errors.New("git is not installed, or not in PATH: install it, or name files")
	case out.full:
		return nil, fmt.Errorf("the commit has more than %d MB of YAML and JSON: check the file out, and name it", maxGit>>20)
	case err != nil:
		first, _, _ := strings.Cut(strings.TrimSpace(said.String()), "\n")
		return nil, fmt.Errorf("git: %s", strings.TrimPrefix(first, "fatal: "))
	}
	return out.Bytes(), nil
}

// limitedBuffer takes so much and no more.
type limitedBuffer struct {
	bytes.Buffer

	full bool
}

func (b *limitedBuffer) Write(p []byte) (int, error) {
	if b.Len()+len(p) > maxGit {
		b.full = true
		return 0, io.ErrShortWrite
	}
	return b.Buffer.Write(p) //nolint:wrapcheck // it never fails
}

// as speaks of the commit where a text speaks of the folder.
func (g *gitFiles) as(text string) string {
	return strings.ReplaceAll(text, g.dir+string(filepath.Separator), g.shown)
}
