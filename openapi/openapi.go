// Package openapi embeds the contracts, so that a program that is shipped alone
// still has them.
package openapi

import "embed"

// Files holds every contract of this folder under its file name.
//
//go:embed *.yaml
var Files embed.FS

// Default is the file name of the contract that tools use when none is named.
const Default = "userusage.yaml"
