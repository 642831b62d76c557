package web

import (
	"testing"

	"hookline/static"
)

func TestTheSettingsTellWhatRuns(t *testing.T) {
	s := newSite(t, func(c *Config) { c.Version = "1.2.3" })
	s.as(viewer).get("/settings").want(t, 200, "Hookline 1.2.3", `href="`+static.Path("notices.txt")+`"`)
	s.as(anyone).get(static.Path("notices.txt")).want(t, 200, "The Go Authors", "modernc.org/sqlite")
}
