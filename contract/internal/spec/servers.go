package spec

import (
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
	for _, at := range root.in("servers").children() {
		text := at.scalar("url")
		if text == "" || len(l.contract.Servers) == maxServers {
			continue
		}
		for _, variable := range at.in("variables").children() {
			text = strings.ReplaceAll(text, "{"+variable.name()+"}", variable.scalar("default"))
		}
		l.contract.Servers = append(l.contract.Servers, Server{URL: text, At: at.at()})
	}
}
