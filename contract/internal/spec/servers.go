package spec

import (
	"cmp"
	"slices"
	"strings"

	"github.com/apiclause/clause/contract/clause"
)

// Server is a place that the description says the API can be reached at.
type Server struct {
	// URL is absolute or relative to where the description is from. Its variables
	// have their defaults.
	URL string
	At  clause.Location
}

// maxServers bounds how many are read.
const maxServers = 100

// servers reads those of the whole description, in their order.
func (l *loader) servers(root cursor) {
	l.contract.Servers = serversAt(root)
}

func serversAt(c cursor) []Server {
	var out []Server
	for _, at := range c.in("servers").children() {
		text := at.scalar("url")
		if text == "" || len(out) == maxServers {
			continue
		}
		for _, variable := range at.in("variables").children() {
			text = strings.ReplaceAll(text, "{"+variable.name()+"}", variable.scalar("default"))
		}
		out = append(out, Server{URL: text, At: at.at()})
	}
	return out
}

// ownServers finds out whether an operation is at other servers than the rest: those
// of the operation, or else of its path. It cannot be sent then: requests go below
// the base URL alone, and there it is not.
func (l *loader) ownServers(op *Operation, pathAt, at cursor) {
	own := serversAt(at)
	if len(own) == 0 {
		own = serversAt(pathAt)
	}
	if len(own) == 0 {
		return
	}
	if len(l.contract.Servers) == 0 && strings.Contains(own[0].URL, "://") {
		l.contract.Servers = own // the first are as good as those of the whole
	}
	usual := []string{address("/")} // where the description names none (OpenAPI 3.0.3, "servers")
	if len(l.contract.Servers) > 0 {
		usual = nil
	}
	for _, server := range l.contract.Servers {
		usual = append(usual, address(server.URL))
	}
	if slices.ContainsFunc(own, func(server Server) bool { return slices.Contains(usual, address(server.URL)) }) {
		return
	}
	why := "the description has it at the server " + own[0].URL + ", and requests go below the base URL alone"
	op.Unsendable = cmp.Or(op.Unsendable, why+": if that has it, too, take its servers out with an overlay")
	l.warn(own[0].At, "operation %s is not sent: %s", op.ID, why)
}

// address gives a server without its scheme and the slash at its end, which make no
// difference.
func address(server string) string {
	if _, rest, found := strings.Cut(server, "://"); found {
		server = rest
	}
	return strings.ToLower(strings.TrimRight(server, "/"))
}
