package target

import "net/url"

// LocalServer gives the first server of a description that is on this machine, as a base
// URL; "" where none is. servers are those that the description lists, and description is
// the file or the URL that it was loaded from: relative servers are where that is, and
// without any that is its root (OpenAPI 3.0.3, "servers").
func LocalServer(servers []string, description string) string {
	if len(servers) == 0 {
		servers = []string{"/"}
	}
	for _, text := range servers {
		u := resolved(text, description)
		if u == nil || !loopback(u.Hostname()) {
			continue
		}
		t, err := (Settings{URL: u.String()}).Apply(&Target{})
		if err == nil {
			return t.BaseURL.String()
		}
	}
	return ""
}

// resolved gives the URL of a server, nil if the description does not say on which
// host that is.
func resolved(server, description string) *url.URL {
	u, err := url.Parse(server)
	if err != nil {
		return nil
	}
	if from, err := url.Parse(description); err == nil && from.Host != "" {
		from.User = nil // it was for the description
		u = from.ResolveReference(u)
	}
	if u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return nil
	}
	return u
}
