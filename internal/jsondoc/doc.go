// Package jsondoc documents the JSON that the program prints: it makes JSON Schemas, and tables for docs/json.md, of the Go
// types that are printed and of their comments. Its test makes sure that both are up to date, that no member lacks a comment,
// and that real results are as the schema says; with -update it writes them anew:
//
//	go test ./internal/jsondoc -update
package jsondoc
