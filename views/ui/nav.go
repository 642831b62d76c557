package ui

// Nav names an entry of the navigation.
type Nav string

// The entries of the navigation: each a constant here and a row in navigation.
const (
	NavOverview     Nav = "overview"
	NavSources      Nav = "sources"
	NavDestinations Nav = "destinations"
	NavRecipes      Nav = "recipes"
	NavPeople       Nav = "people"
	NavSegments     Nav = "segments"
	NavCampaigns    Nav = "campaigns"
	NavShortcuts    Nav = "shortcuts"
	NavSent         Nav = "sent"
	NavDrafts       Nav = "drafts"
	NavFailures     Nav = "failures"
	NavBins         Nav = "bins"
	NavSettings     Nav = "settings"
	NavManual       Nav = "manual"
)

type navGroup struct {
	heading string // "" for entries that stand alone
	entries []navEntry
}

type navEntry struct {
	id    Nav
	label string
	icon  string
	href  string
}

// navigation follows the way of an event: in from sources, about people, out to destinations, seen in Sent.
var navigation = []navGroup{
	{"", []navEntry{
		{NavOverview, "Overview", "home", "/"},
	}},
	{"Build", []navEntry{
		{NavSources, "Sources", "plug-connected", "/sources"},
		{NavDestinations, "Destinations", "send", "/destinations"},
		{NavCampaigns, "Campaigns", "route", "/campaigns"},
		{NavRecipes, "Recipes", "chef-hat", "/recipes"},
	}},
	{"Know", []navEntry{
		{NavPeople, "People", "users", "/people"},
		{NavSegments, "Segments", "users-group", "/segments"},
		{NavShortcuts, "Shortcuts", "bolt", "/shortcuts"},
	}},
	{"Watch", []navEntry{
		{NavSent, "Sent", "list", "/sent"},
		{NavDrafts, "Drafts", "file-pencil", "/drafts"},
		{NavFailures, "Failures", "alert-triangle", "/failures"},
		{NavBins, "Bins", "bucket", "/bins"},
	}},
	{"Workspace", []navEntry{
		{NavSettings, "Settings", "settings", "/settings"},
		{NavManual, "Manual", "book", "/manual"},
	}},
}
