package web

import (
	"net/http"

	"hookline/internal/hookline"
)

// pressableShortcuts are those that the visitor may press now, by their names.
func (s *server) pressableShortcuts(r *http.Request) ([]hookline.Shortcut, error) {
	role := visitor(r).user.Role
	if !role.Allows(hookline.Support) {
		return nil, nil
	}
	all, err := s.Store.ListShortcuts(r.Context())
	var some []hookline.Shortcut
	for _, one := range all {
		if one.Enabled && role.Allows(one.Least) {
			some = append(some, one)
		}
	}
	return some, err
}
