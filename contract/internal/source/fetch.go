package source

import (
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"syscall"
	"time"

	"github.com/apiclause/clause/contract/clause"
)

// maxRedirects bounds how often one request is sent on.
const maxRedirects = 5

// accepted is what a server is asked for: the media types of RFC 9512 and of the
// OpenAPI initiative, JSON, and what servers that know none of them have.
const accepted = "application/vnd.oai.openapi, application/openapi+json, application/openapi+yaml, application/json, application/yaml, " +
	"text/yaml;q=0.9, text/plain;q=0.8, */*;q=0.5"

// first fetches the description that the user named.
func (l *library) first(name string) (*File, *Error) {
	target, err := url.Parse(name)
	if err != nil || target.Host == "" {
		return nil, fatal(clause.Location{}, "this is not a URL that can be fetched: write it as in https://example.com/openapi.json")
	}
	l.host = origin(target)
	file, why := l.fetch(target, target.User)
	if why != "" {
		return nil, fatal(clause.Location{File: shown(target)}, "%s", why)
	}
	return file, nil
}

// origin returns the scheme, host and port of a URL (RFC 6454).
func origin(u *url.URL) string {
	port := u.Port()
	if port == "" {
		port = map[string]string{"http": "80", "https": "443"}[strings.ToLower(u.Scheme)]
	}
	return strings.ToLower(u.Scheme + "://" + u.Hostname() + ":" + port)
}

// shown returns a URL for messages: without credentials, which the query can
// hold, too.
func shown(u *url.URL) string {
	plain := *u
	plain.User, plain.Fragment, plain.RawFragment = nil, "", ""
	if plain.RawQuery != "" {
		plain.RawQuery = "..."
	}
	return plain.String()
}

// DisplayName returns the name of a description for messages: of a URL, without what
// may be secret.
func DisplayName(name string) string {
	if !IsURL(name) {
		return name
	}
	u, err := url.Parse(name)
	if err != nil || u.Host == "" {
		return "from that URL"
	}
	return shown(u)
}

// remote fetches what a reference names.
func (l *library) remote(from *File, target *url.URL) (*File, string) {
	same := from.url != nil && origin(from.url) == origin(target)
	if !same && !l.RemoteRefs {
		return nil, "references to URLs are not followed without --remote-refs"
	}
	key := *target
	key.Fragment, key.RawFragment = "", ""
	return l.once(key.String(), func() (*File, string) {
		user := key.User
		if same && user == nil {
			user = from.url.User
		}
		return l.fetch(&key, user)
	})
}

// fetch reads the description at a URL, or says in one line why it cannot be had.
func (l *library) fetch(target *url.URL, user *url.Userinfo) (*File, string) {
	file, data, why := l.download(target, user)
	if why != "" {
		return nil, why
	}
	key := *target
	key.Fragment, key.RawFragment = "", ""
	if failure := l.keep(file, key.String(), data); failure != nil {
		failure.At.File = ""
		return nil, failure.located(file.Name)
	}
	return file, ""
}

// download gets what is at a URL, or says in one line why it cannot be had.
func (l *library) download(target *url.URL, user *url.Userinfo) (*File, []byte, string) {
	if l.deadline.IsZero() {
		l.deadline = time.Now().Add(l.fetchTime)
	}
	ctx, cancel := context.WithDeadline(l.ctx, l.deadline)
	defer cancel()
	plain := *target
	plain.User = nil
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, plain.String(), nil)
	if err != nil {
		return nil, nil, "this is not a URL that can be fetched"
	}
	private := user != nil
	if origin(target) == l.host {
		for name, values := range l.Header {
			request.Header[http.CanonicalHeaderKey(name)] = values
			private = true
		}
	}
	if request.Header.Get("Accept") == "" {
		request.Header.Set("Accept", accepted)
	}
	if user != nil {
		password, _ := user.Password()
		request.SetBasicAuth(user.Username(), password)
	}
	client := &http.Client{Transport: l.Transport, CheckRedirect: redirects(private)}
	response, err := client.Do(request)
	if err != nil {
		return nil, nil, l.unfetched(err)
	}
	defer response.Body.Close()
	if why := refused(response); why != "" {
		return nil, nil, why
	}
	data, err := io.ReadAll(io.LimitReader(response.Body, MaxSize+1))
	switch {
	case err != nil:
		return nil, nil, l.unfetched(err)
	case len(data) > MaxSize:
		return nil, nil, errTooLarge.Error()
	}
	final := *response.Request.URL
	final.User = user
	file := &File{Name: shown(target), url: &final}
	return file, data, webPage(response, data)
}

// located returns the message of an error with its line, for where the name of
// the file is given already.
func (e *Error) located(name string) string {
	if e.At.Line == 0 {
		return e.Message
	}
	p := e.Problem
	p.At.File = name
	return strings.TrimPrefix(p.String(), name+":")
}

// redirectError is why a redirect is not followed.
type redirectError string

func (e redirectError) Error() string { return string(e) }

// redirects bounds how a request is sent on: not from https to http, and not to
// another host with what is meant for one.
func redirects(private bool) func(*http.Request, []*http.Request) error {
	return func(next *http.Request, via []*http.Request) error {
		last := via[len(via)-1].URL
		switch {
		case len(via) > maxRedirects:
			return redirectError(fmt.Sprintf("it is redirected more than %d times", maxRedirects))
		case next.URL.Scheme != "http" && next.URL.Scheme != "https":
			return redirectError("it is redirected to what is no http URL")
		case last.Scheme == "https" && next.URL.Scheme == "http":
			return redirectError("it is redirected from https to http: " + shown(next.URL))
		case private && origin(next.URL) != origin(via[0].URL):
			return redirectError("it is redirected to another host, which must not get the headers or credentials: name " +
				shown(next.URL) + " itself")
		}
		next.URL.User = nil
		return nil
	}
}

// unfetched puts an error of the client into words. It leaves out the URL, which
// can hold credentials.
func (l *library) unfetched(err error) string {
	if failure, ok := errors.AsType[redirectError](err); ok {
		return failure.Error()
	}
	switch {
	case l.ctx.Err() != nil:
		return "the run was stopped"
	case errors.Is(err, context.DeadlineExceeded):
		return fmt.Sprintf("no complete answer within %v", l.fetchTime)
	}
	if failure, ok := errors.AsType[*url.Error](err); ok {
		err = failure.Err
	}
	if errors.Is(err, syscall.ECONNREFUSED) {
		return "nothing listens there: start the server, or correct the URL"
	}
	return "cannot be fetched: " + err.Error() + ": start the server, or correct the URL"
}

// refused says why an answer is none that holds a description.
func refused(response *http.Response) string {
	status := response.StatusCode
	text := fmt.Sprintf("the server answers %d %s", status, http.StatusText(status))
	switch status {
	case http.StatusOK:
		return ""
	case http.StatusUnauthorized, http.StatusForbidden:
		return text + ": give a name and password in the URL, as in https://NAME:PASSWORD@HOST, or download it"
	case http.StatusNotFound, http.StatusGone:
		return text + ": look the address up again"
	default:
		return text
	}
}

// webPage says that an answer is a page for people.
func webPage(response *http.Response, data []byte) string {
	media, _, _ := mime.ParseMediaType(response.Header.Get("Content-Type"))
	switch {
	case strings.HasPrefix(media, "image/"), strings.HasPrefix(media, "video/"), strings.HasPrefix(media, "audio/"):
		return "the server answers with " + media
	case media != "text/html" || identifyBytes(data).what == "":
		return ""
	}
	u := response.Request.URL
	if u.Host == "github.com" && strings.Contains(u.Path, "/blob/") {
		return "this is a page of GitHub's: give the address behind its button Raw"
	}
	return identifyBytes(data).String()
}
