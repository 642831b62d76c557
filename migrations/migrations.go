// Package migrations holds the numbered, forward-only SQL that makes a
// database, one folder a dialect, and a golden file of the result to read.
package migrations

import "embed"

// SQLite holds sqlite/*.sql in the form that goose reads.
//
//go:embed sqlite/*.sql
var SQLite embed.FS
