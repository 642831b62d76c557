package ui

import "net/url"

func liveURL(topic string) string {
	return "/live?topic=" + url.QueryEscape(topic)
}

// LiveHeader is what a live part adds to its requests, as htmx reads it.
const LiveHeader = `{"Hookline-Live":"1"}`
