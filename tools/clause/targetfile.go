package main

import (
	"fmt"
	"maps"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/apiclause/clause/contract/auth"
	"github.com/apiclause/clause/contract/target"
)

// shower gives what stands for a secret in a target file: name is that of a
// variable that may hold it.
type shower func(name, secret string) string

// openly shows secrets that were made up for the occasion.
func openly(_, secret string) string { return secret }

// credentialsOf writes down what a target authenticates with.
func credentialsOf(a target.Auth, show shower) map[string]any {
	content := map[string]any{}
	put := func(into map[string]any, key, variable string, secret auth.Secret) {
		if !secret.Empty() {
			into[key] = show(variable, secret.Reveal())
		}
	}
	put(content, "token", "TOKEN", a.Token)
	if basic := a.Basic; basic != nil {
		in := map[string]any{"user": literal(basic.User)}
		put(in, "password", "PASSWORD", basic.Password)
		content["basic"] = in
	}
	if key := a.AccessKey; key != nil {
		in := map[string]any{}
		put(in, "id", "ACCESS_KEY_ID", key.ID)
		put(in, "secret", "ACCESS_KEY_SECRET", key.Secret)
		content["accessKey"] = in
	}
	return content
}

// targetFile writes a target down.
func targetFile(name, base string, t *target.Target, show shower) ([]byte, error) {
	content := map[string]any{"name": literal(name), "baseURL": literal(base)}
	values := map[string]any{}
	for name, value := range t.Values {
		values[name] = literal(value)
	}
	for operation, own := range t.OperationValues {
		values[operation] = literals(own)
	}
	if len(values) > 0 {
		content["values"] = values
	}
	if credentials := credentialsOf(t.Auth, show); len(credentials) > 0 {
		content["auth"] = credentials
	}
	headers := map[string]string{}
	for name, value := range t.Headers {
		if headers[name] = literal(value.Reveal()); target.Telling(name) {
			headers[name] = show(variableOf(name), value.Reveal())
		}
	}
	if len(headers) > 0 {
		content["headers"] = headers
	}
	if provoke := provocations(t.Provoke); len(provoke) > 0 {
		content["provoke"] = provoke
	}
	text, err := yaml.Marshal(content)
	if err != nil {
		return nil, fmt.Errorf("write the target file: %w", err)
	}
	return text, nil
}

func provocations(all map[string]target.Provoke) map[string]map[string]any {
	out := map[string]map[string]any{}
	for status, p := range all {
		out[status] = map[string]any{}
		for in, values := range map[string]map[string]string{"path": p.Path, "query": p.Query, "header": p.Header} {
			if len(values) > 0 {
				out[status][in] = literals(values)
			}
		}
		if p.Body != nil {
			out[status]["body"] = p.Body
		}
	}
	return out
}

// literal writes a text so that it means itself in a target file.
func literal(text string) string { return strings.ReplaceAll(text, "${", "$${") }

func literals(texts map[string]string) map[string]string {
	out := maps.Clone(texts)
	for name, text := range out {
		out[name] = literal(text)
	}
	return out
}
