package ui

import "net/url"

func liveURL(topic string) string {
	return "/live?topic=" + url.QueryEscape(topic)
}

// liveHeader is what a live part adds to its requests, as htmx reads it.
const liveHeader = `{"Hookline-Live":"1"}`
