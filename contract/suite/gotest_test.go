package suite_test

import (
	"fmt"
	"os"
	"os/exec"
	"testing"

	"github.com/apiclause/clause/contract/suite"
)

func TestPlayed(t *testing.T) {
	switch os.Getenv(modeVariable) {
	case "books":
		s := newShelf(t, "", "")
		suite.Test(t, books(t, s))
		fmt.Println(s.told())
	case "mistake":
		s := newShelf(t, "maxLength: 40", "maxLength: 60")
		suite.Test(t, books(t, s))
		fmt.Println(s.told())
	default:
		t.Skip("other tests play parts of it")
	}
}

// played runs TestPlayed in a process of its own.
func played(t *testing.T, mode string, flags ...string) (output string, failed bool) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0], flags...)
	cmd.Env = append(os.Environ(), modeVariable+"="+mode)
	out, err := cmd.CombinedOutput()
	return string(out), err != nil
}
