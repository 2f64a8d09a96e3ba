// Package target says which implementation is under test and how to reach it.
//
// A target is written in a file of YAML or JSON, of which only baseURL is mandatory:
//
//	name: our staging                     # in reports; the base URL if it is left out
//	implementation: {organization: ACME, project: shop, version: "1.4.2"}
//	baseURL: http://127.0.0.1:9000        # the contract's paths are appended to it
//	values: {customer_id: c-1001}         # values that are there, or that it wants
//	auth: {token: "${TOKEN}"}             # or accessKey, or iam: see below
//	provoke:                              # how to get an answer that is documented
//	  "500": {path: {customer_id: fail}}  # any of path, query, header, body
//	gentle: false                         # it is ours: send everything, at once; else only on loopback
//	headers: {X-Tenant: a}                # sent with every request
//	tls: {caFile: ca.pem, certFile: client.pem, keyFile: client.key, insecure: false}
//
// Under values and provoke, what is given under an operationId holds for that
// operation alone and comes before the rest. Nothing can be mistaken for an
// operationId there: a value is never a mapping, and a status is three digits.
//
//	values:
//	  customer_id: c-1001
//	  listOrders: {customer_id: c-2002}
//	provoke:
//	  "500": {header: {X-Fail: "1"}}
//	  listOrders:
//	    "500": {path: {customer_id: fail}}
//
// A value is used for every parameter of its name, and for every member of a JSON
// body: address.city is the member city of the member address. The type is that of
// the schema. {{unique}} in a value is filled with a letter and nine letters or digits
// that no other request has, {{now}}, {{now-2h}} and the like with a time from when
// the request is sent.
//
//	values:
//	  name: test-{{unique}}
//	  address.city: Vienna
//	  starts_at: "{{now+1d}}"
//
// A target that takes signed requests is given an access key; where tokens come
// from an identity service, clause gets one there by password. A key and one of
// the other two may stand together.
//
//	auth:
//	  accessKey: {id: "${AK}", secret: "${SK}", securityToken: "${ST}", project: p-1}
//	  iam: {endpoint: https://iam.example.com, domain: d, user: u, password: "${PASSWORD}", project: p}
//
// Credentials can be given by the name of the contract's security scheme, of the
// kind that it wants: a token or a key, a user and a password, an access key, or
// how to get a token, from an identity service, by OAuth 2.0 or by a login. They
// come before those above, which are for every other scheme.
//
//	auth:
//	  schemes:
//	    basicAuth: {user: u, password: "${PASSWORD}"}
//	    apiKey: {key: "${KEY}"}
//	    oauth: {oauth2: {clientId: c, clientSecret: "${SECRET}"}}   # tokenUrl, scopes; user and password
//	    session: {login: {url: /login, json: {name: u, password: "${PASSWORD}"}, token: /access_token, lifetime: 30m}}
//
// Every string, though no key, may hold ${NAME}, the environment variable of
// that name; $${ stands for ${ itself. A variable that is unset, or empty, is
// an error. What stands under auth, but for names, what comes from the
// environment into headers, and headers whose names speak of a key, a token or
// the like, is secret: [Target.Secrets] lists it for an [auth.Redactor].
// [Target.Check] and [Target.CheckSchemes] hold the names to a contract's.
//
// Nothing is guessed. A key that is unknown or there twice, a value of another
// type, a file that does not exist: [Parse] finds all of them, and returns them
// as one [ListError] in which each has its file, line and remedy. A JSON Schema
// for editors is in target.schema.json, and in [Schema].
package target

import (
	_ "embed"
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/apiclause/clause/contract/auth"
)

// Schema is the JSON Schema (draft 2020-12) of a target file. What it cannot
// state, such as that a file exists, only Parse checks.
//
//go:embed target.schema.json
var Schema string

// Target is an implementation under test and how to reach it.
type Target struct {
	// Name is for reports. It is never empty.
	Name           string
	Implementation Implementation
	// BaseURL is absolute, its scheme http or https. It has no user, query or
	// fragment, and its path does not end with a slash.
	BaseURL *url.URL
	// Values has values that are there at the target, by the name of the parameter
	// or the member of a body, as they are before any encoding. They may have the
	// placeholders of the package documentation. Value reads both this and
	// OperationValues.
	Values map[string]string
	// OperationValues has those of one operation, by its operationId.
	OperationValues map[string]map[string]string
	Auth            Auth
	// Provoke has what makes the implementation answer with a status, by the
	// status ("500"). Provocation reads both this and OperationProvoke.
	Provoke map[string]Provoke
	// OperationProvoke has those of one operation, by its operationId.
	OperationProvoke map[string]map[string]Provoke
	// Gentle says whether it is to be sent little, and slowly; nil leaves that to
	// where it is. Gently reads it.
	Gentle *bool
	// Headers are sent with every request. The names are in canonical form.
	Headers map[string]auth.Secret
	TLS     TLS

	fromEnv   []auth.Secret // what the environment put into headers and auth
	variables map[auth.Secret]string
	places    []place
	given     Given
}

// Given says where a target is from: the file that Load read, and the settings that were
// applied. It holds no secret.
type Given struct {
	File string
	// URL, Headers and Values are as in Settings.
	URL             string
	Headers, Values []string
	// Withheld is what was set, too, and is secret: only what it is.
	Withheld []Withheld
}

// Withheld is a setting that is secret: "token", "user" or "header", and the name of the
// user or the header.
type Withheld struct{ Kind, Name string }

// Given says where the target is from.
func (t *Target) Given() Given { return t.given }

// Implementation says who was tested, for reports.
type Implementation struct {
	Organization string `json:"organization,omitempty"`
	Project      string `json:"project,omitempty"`
	Version      string `json:"version,omitempty"`
}

// Provoke is what to put into a valid request so that it gets a certain answer:
// values by the name of the path parameter, the query parameter or the header, and
// a JSON value for the body: an object's members replace those of the body that is
// sent else.
type Provoke struct {
	Path   map[string]string
	Query  map[string]string
	Header map[string]string
	Body   any
}

// TLS says how to speak TLS. The files are PEM, and their paths absolute or
// relative to the working directory.
type TLS struct {
	// CAFile has the certificates of the only authorities to trust; without it
	// the system's are trusted.
	CAFile string
	// CertFile and KeyFile are the client's, and given both or not at all.
	CertFile string
	KeyFile  string
	// Insecure accepts any certificate.
	Insecure bool
}

// Value returns the valid value that the target file gives for a parameter of
// an operation, and whether it gives one.
func (t *Target) Value(operation, parameter string) (string, bool) {
	if value, ok := t.OperationValues[operation][parameter]; ok {
		return value, true
	}

	value, ok := t.Values[parameter]

	return value, ok
}

// Provocation returns what makes an operation answer with a status ("500"), and
// whether the target file says so.
func (t *Target) Provocation(operation, status string) (Provoke, bool) {
	if provoke, ok := t.OperationProvoke[operation][status]; ok {
		return provoke, true
	}

	provoke, ok := t.Provoke[status]

	return provoke, ok
}

// telling are names of headers that hold credentials.
var telling = regexp.MustCompile(`(?i)auth|cookie|credential|key|pass|secret|session|signature|token`)

// Telling reports whether the name of a header says that its value is a credential, as
// X-Api-Key does.
func Telling(header string) bool { return telling.MatchString(header) }

// Secrets returns everything that must not be written out: the credentials, what
// the environment put into headers, and headers whose names speak of credentials.
func (t *Target) Secrets() []auth.Secret {
	secrets := slices.Clone(t.fromEnv)

	add := func(secret auth.Secret) {
		if !secret.Empty() && !slices.Contains(secrets, secret) {
			secrets = append(secrets, secret)
		}
	}

	for _, secret := range t.Auth.secrets() {
		add(secret)
	}

	for name, value := range t.Headers {
		if !telling.MatchString(name) {
			continue
		}

		add(value)

		if _, credential, found := strings.Cut(value.Reveal(), " "); found {
			add(auth.NewSecret(credential)) // without the scheme before it
		}
	}

	return secrets
}

// Gently says whether the target is to be sent little, and slowly: as the target
// file says, or else if it is not on this machine.
func (t *Target) Gently() bool {
	if t.Gentle != nil {
		return *t.Gentle
	}

	return !t.Loopback()
}

// Loopback says whether the target is on this machine: its host is localhost, a
// name below it (RFC 6761, section 6.3), or a loopback address.
func (t *Target) Loopback() bool {
	if t.BaseURL == nil {
		return false
	}

	return loopback(t.BaseURL.Hostname())
}

func loopback(host string) bool {
	host = strings.TrimSuffix(strings.ToLower(host), ".")
	if host == "localhost" || strings.HasSuffix(host, ".localhost") {
		return true
	}

	address, err := netip.ParseAddr(host)

	return err == nil && address.Unmap().IsLoopback()
}
