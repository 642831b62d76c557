package ui

import "net/url"

func liveURL(topic string) string {
	return "/live?topic=" + url.QueryEscape(topic)
}
