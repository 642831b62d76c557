package web

import (
	"net/http"
	"strings"

	"hookline/internal/docs"

	"hookline/internal/hookline"
	"hookline/views"
	"hookline/views/ui"
)

// maxQuery is how much of what somebody looks for is read.
const maxQuery = 200

func manualCrumbs() []ui.Crumb { return []ui.Crumb{{Label: "Manual", Href: "/manual"}} }

// showManual is the table of contents, and what was found when something is looked for.
func (s *server) showManual(w http.ResponseWriter, r *http.Request) error {
	m := views.ManualModel{Groups: s.manual.Groups(), Query: strings.TrimSpace(r.URL.Query().Get("q"))}
	m.Query = strings.ToValidUTF8(m.Query[:min(len(m.Query), maxQuery)], "")
	p := ui.Page{Title: "Manual", Active: ui.NavManual, Subtitle: "How Hookline works, and how to make it do what you want."}
	if m.Query != "" {
		m.Hits = s.manual.Search(m.Query)
		p = ui.Page{Title: "Search the manual", Active: ui.NavManual, Crumbs: manualCrumbs()}
	}
	m.Page = s.page(w, r, p)
	return s.show(w, r, view{page: views.Manual(m)})
}

func (s *server) showManualPage(w http.ResponseWriter, r *http.Request) error {
	shown, ok := s.manual.Page(r.PathValue("id"))
	if !ok {
		return hookline.NotFound("page in the manual")
	}
	m := views.ManualPageModel{Groups: s.manual.Groups(), Shown: shown, API: manualAPI()}
	m.Previous, m.Next = s.manual.Neighbours(shown.Slug)
	m.Page = s.page(w, r, ui.Page{Title: shown.Title, Subtitle: shown.Summary, Active: ui.NavManual, Crumbs: manualCrumbs()})
	return s.show(w, r, view{page: views.ManualPage(m)})
}

// showManualPicture gives a picture of the manual. It changes with the program alone, so a browser may keep it for a day.
func (s *server) showManualPicture(w http.ResponseWriter, r *http.Request) error {
	content, err := docs.PictureFile(r.PathValue("file"))
	if err != nil {
		return hookline.NotFound("picture in the manual")
	}
	w.Header().Set("Content-Type", "image/png")
	w.Header().Set("Cache-Control", "private, max-age=86400")
	_, _ = w.Write(content) // a failed write is a browser that has gone
	return nil
}

// helpOn says which page of the manual is about a page of the app, by the pattern of its route.
var helpOn = map[string]ui.Crumb{
	"GET /{$}":                                                 {Label: "Getting started", Href: "/manual/getting-started"},
	"GET /settings/alerts":                                     {Label: "How charts and alerts work", Href: "/manual/health"},
	"GET /settings/alerts/channels/new":                        {Label: "How alerts are told", Href: "/manual/health#channels"},
	"GET /settings/alerts/channels/{id}":                       {Label: "How alerts are told", Href: "/manual/health#channels"},
	"GET /sources":                                             {Label: "How sources work", Href: "/manual/sources"},
	"GET /sources/new":                                         {Label: "How sources work", Href: "/manual/sources"},
	"GET /sources/{id}":                                        {Label: "How to send events", Href: "/manual/sending-events"},
	"GET /events/{id}":                                         {Label: "Why nothing is sent", Href: "/manual/one-webhook#why-was-nothing-sent"},
	"GET /rejections/{id}":                                     {Label: "What an event needs", Href: "/manual/sending-events"},
	"GET /people":                                              {Label: "How people come about", Href: "/manual/people"},
	"GET /people/export":                                       {Label: "How to export people", Href: "/manual/importing#exporting-people"},
	"GET /people/{id}/delete":                                  {Label: "What is removed, and what is kept", Href: "/manual/deleting-people"},
	"GET /imports":                                             {Label: "How to import people", Href: "/manual/importing"},
	"GET /imports/new":                                         {Label: "How to import people", Href: "/manual/importing"},
	"GET /imports/{id}":                                        {Label: "How to import people", Href: "/manual/importing"},
	"GET /deletions":                                           {Label: "What is removed, and what is kept", Href: "/manual/deleting-people"},
	"GET /deletions/{id}":                                      {Label: "What is removed, and what is kept", Href: "/manual/deleting-people"},
	"GET /people/{id}":                                         {Label: "How people come about", Href: "/manual/people"},
	"GET /destinations":                                        {Label: "How triggers work", Href: "/manual/triggers"},
	"GET /destinations/{id}":                                   {Label: "How triggers work", Href: "/manual/triggers"},
	"GET /destinations/{id}/signing":                           {Label: "How to verify signatures", Href: "/manual/signatures"},
	"GET /destinations/{id}/edit":                              {Label: "How retries and time-outs work", Href: "/manual/retries"},
	"GET /destinations/{id}/resume":                            {Label: "How to pause and resume", Href: "/manual/pausing#pause-and-resume"},
	"GET /destinations/{id}/windows/new":                       {Label: "How maintenance windows work", Href: "/manual/pausing#maintenance-windows"},
	"GET /destinations/{id}/actions/new":                       {Label: "How to compose a webhook", Href: "/manual/composing"},
	"GET /destinations/{id}/actions/{action}":                  {Label: "How to compose a webhook", Href: "/manual/composing"},
	"GET /destinations/{id}/actions/{action}/versions":         {Label: "How versions work", Href: "/manual/composing#versions"},
	"GET /segments":                                            {Label: "How segments work", Href: "/manual/segments"},
	"GET /segments/new":                                        {Label: "How to build a segment", Href: "/manual/segments#make-one"},
	"GET /segments/{id}":                                       {Label: "How segments work", Href: "/manual/segments"},
	"GET /segments/{id}/edit":                                  {Label: "How to build a segment", Href: "/manual/segments#make-one"},
	"GET /segments/{id}/add":                                   {Label: "How to fill a segment by hand", Href: "/manual/segments#filled-by-hand"},
	"GET /people/attributes":                                   {Label: "How attributes work", Href: "/manual/people#attributes"},
	"GET /people/{id}/attribute":                               {Label: "How attributes work", Href: "/manual/people#attributes"},
	"GET /people/{id}/suppress":                                {Label: "What suppressing means", Href: "/manual/people#suppress-somebody"},
	"GET /drafts":                                              {Label: "How drafts work", Href: "/manual/drafts"},
	"GET /drafts/{id}":                                         {Label: "How drafts work", Href: "/manual/drafts"},
	"GET /campaigns":                                           {Label: "How campaigns work", Href: "/manual/campaigns"},
	"GET /campaigns/new":                                       {Label: "How campaigns work", Href: "/manual/campaigns"},
	"GET /campaigns/{id}":                                      {Label: "How campaigns work", Href: "/manual/campaigns"},
	"GET /campaigns/{id}/trigger":                              {Label: "What makes people enter", Href: "/manual/campaigns#what-makes-people-enter"},
	"GET /campaigns/{id}/goal":                                 {Label: "How conversions are counted", Href: "/manual/campaigns#goal-and-conversions"},
	"GET /campaigns/{id}/start":                                {Label: "What the states mean", Href: "/manual/campaigns#states"},
	"GET /campaigns/{id}/pause":                                {Label: "What the states mean", Href: "/manual/campaigns#states"},
	"GET /campaigns/{id}/stop":                                 {Label: "What the states mean", Href: "/manual/campaigns#states"},
	"GET /campaigns/{id}/steps/new":                            {Label: "What each step does", Href: "/manual/campaigns#steps"},
	"GET /campaigns/{id}/steps/{step}":                         {Label: "What each step does", Href: "/manual/campaigns#steps"},
	"GET /campaigns/{id}/people":                               {Label: "How journeys go", Href: "/manual/campaigns#journeys"},
	"GET /campaigns/{id}/people/{journey}":                     {Label: "How journeys go", Href: "/manual/campaigns#journeys"},
	"GET /campaigns/{id}/numbers":                              {Label: "What is counted", Href: "/manual/campaign-numbers"},
	"GET /campaigns/{id}/steps/{step}/without":                 {Label: "Who goes on without an answer", Href: "/manual/campaign-numbers#who-went-on-without-an-answer"},
	"GET /shortcuts":                                           {Label: "How shortcuts work", Href: "/manual/shortcuts"},
	"GET /shortcuts/new":                                       {Label: "How shortcuts work", Href: "/manual/shortcuts"},
	"GET /shortcuts/{id}":                                      {Label: "How shortcuts work", Href: "/manual/shortcuts"},
	"GET /presses/new":                                         {Label: "What a press does", Href: "/manual/shortcuts#press-it-for-one-person"},
	"GET /presses/{id}":                                        {Label: "What a press does", Href: "/manual/shortcuts#press-it-for-one-person"},
	"GET /destinations/{id}/actions/{action}/versions/compare": {Label: "How versions work", Href: "/manual/composing#versions"},
	"GET /campaigns/{id}/settings":                             {Label: "How campaigns work", Href: "/manual/campaigns"},
	"GET /destinations/{id}/actions/{action}/versions/{version}": {Label: "How versions work", Href: "/manual/composing#versions"},
	"GET /recipes":               {Label: "How recipes work", Href: "/manual/recipes"},
	"GET /recipes/{id}":          {Label: "How recipes work", Href: "/manual/recipes"},
	"GET /recipes/curl":          {Label: "What of a curl command is read", Href: "/manual/recipes#paste-a-curl-command"},
	"GET /sent":                  {Label: "How to find and resend", Href: "/manual/sent"},
	"GET /sent/{id}":             {Label: "What this page tells", Href: "/manual/one-webhook"},
	"GET /sent/{id}/compare":     {Label: "What to make of a difference", Href: "/manual/one-webhook#the-request-and-what-has-changed"},
	"GET /sent/{id}/cancel":      {Label: "What cancelling does", Href: "/manual/one-webhook#cancel-retries"},
	"GET /people/{id}/why":       {Label: "Why nothing is sent", Href: "/manual/one-webhook#why-was-nothing-sent"},
	"GET /settings/shared-links": {Label: "What a link shows", Href: "/manual/one-webhook#share-it"},
	"GET /sent/{id}/resend":      {Label: "How resending works", Href: "/manual/sent#resend"},
	"GET /bins":                  {Label: "What bins are for", Href: "/manual/bins"},
	"GET /bins/{id}":             {Label: "What bins are for", Href: "/manual/bins"},
	"GET /bins/{id}/edit":        {Label: "What bins are for", Href: "/manual/bins"},
	"GET /recipes/import":        {Label: "What of an export is taken over", Href: "/manual/recipes#bring-an-export"},
	"GET /resends":               {Label: "How to resend many", Href: "/manual/sent#resend-many"},
	"GET /resends/new":           {Label: "How to resend many", Href: "/manual/sent#resend-many"},
	"GET /resends/{id}":          {Label: "How to resend many", Href: "/manual/sent#resend-many"},
	"GET /failures":              {Label: "What to do when something fails", Href: "/manual/failures"},
	"GET /failures/{id}":         {Label: "What to do when something fails", Href: "/manual/failures"},

	"GET /settings/signing-key":             {Label: "How to verify signatures", Href: "/manual/signatures"},
	"GET /settings/reporting-webhooks":      {Label: "How reporting webhooks work", Href: "/manual/reporting-webhooks"},
	"GET /settings/reporting-webhooks/new":  {Label: "How reporting webhooks work", Href: "/manual/reporting-webhooks"},
	"GET /settings/reporting-webhooks/{id}": {Label: "How reporting webhooks work", Href: "/manual/reporting-webhooks"},
	"GET /settings/tokens":                  {Label: "How to use the API", Href: "/manual/api"},
	"GET /settings/team":                    {Label: "What each role may do", Href: "/manual/team"},
	"GET /account":                          {Label: "How your account is kept safe", Href: "/manual/account"},
	"GET /settings/retention":               {Label: "What is deleted, and what stays", Href: "/manual/retention"},
	"GET /settings/ip-addresses":            {Label: "How to let webhooks in", Href: "/manual/ip-addresses"},
	"GET /settings/secrets":                 {Label: "How secrets work", Href: "/manual/secrets"},
	"GET /settings/audit":                   {Label: "What is in the audit log", Href: "/manual/audit"},
	"GET /settings/audit/{id}":              {Label: "What is in the audit log", Href: "/manual/audit"},
}
