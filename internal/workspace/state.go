package workspace

import (
	"context"
	"slices"

	"hookline/internal/hookline"
)

// state is what a store holds, with the name by which the file knows each thing.
type state struct {
	signingKey      string
	sources         []hookline.Source
	sourceRefs      []string
	segments        []hookline.Segment
	segmentRefs     []string
	destinations    []hookline.Destination
	destinationRefs []string
	actions         map[string][]hookline.Action // by the id of their destination

	campaigns    []hookline.Campaign
	campaignRefs []string
	shortcuts    []hookline.Shortcut
	shortcutRefs []string
	owned        map[string]hookline.Action // what campaigns and shortcuts send, by the action's id

	regions           []hookline.Region
	reportingWebhooks []hookline.ReportingWebhook
	reportingRefs     []string

	channels    []hookline.AlertChannel
	channelRefs []string
	alertRules  hookline.AlertRules
	retention   hookline.Retention
}

func readState(ctx context.Context, store reader) (*state, error) {
	keys, err := store.SigningKeys(ctx)
	if err != nil {
		return nil, err
	}
	s := &state{actions: map[string][]hookline.Action{}, owned: map[string]hookline.Action{}}
	if len(keys) > 0 {
		s.signingKey = keys[0].Key
	}
	if s.sources, err = store.ListSources(ctx); err != nil {
		return nil, err
	}
	if s.segments, err = store.ListSegments(ctx); err != nil {
		return nil, err
	}
	if s.destinations, err = store.ListDestinations(ctx); err != nil {
		return nil, err
	}
	for _, d := range s.destinations {
		if s.actions[d.ID], err = store.ListActions(ctx, d.ID); err != nil {
			return nil, err
		}
	}
	if err := s.readCampaigns(ctx, store); err != nil {
		return nil, err
	}
	if err := s.readShortcuts(ctx, store); err != nil {
		return nil, err
	}
	if s.reportingWebhooks, err = store.ListReportingWebhooks(ctx); err != nil {
		return nil, err
	}
	if s.channels, err = store.ListAlertChannels(ctx); err != nil {
		return nil, err
	}
	if s.alertRules, err = store.AlertRules(ctx); err != nil {
		return nil, err
	}
	setting, err := store.Setting(ctx, hookline.SettingAddresses)
	if err != nil {
		return nil, err
	}
	if s.regions, err = hookline.ReadRegions(setting); err != nil {
		return nil, err
	}
	if s.retention, err = store.Retention(ctx); err != nil {
		return nil, err
	}
	s.reportingRefs = refs(s.reportingWebhooks, reportingName)
	s.channelRefs = refs(s.channels, channelName)
	s.sourceRefs = refs(s.sources, sourceName)
	s.segmentRefs = refs(s.segments, segmentName)
	s.destinationRefs = refs(s.destinations, destinationName)
	return s, nil
}

// refsOf names sources by their ids, in the order of the store.
func (s *state) refsOf(ids []string) []string {
	all := []string{}
	for i, source := range s.sources {
		if slices.Contains(ids, source.ID) {
			all = append(all, s.sourceRefs[i])
		}
	}
	return all
}

// find gives the thing with a name; found is false and the thing empty when
// there is none.
func find[T any](list []T, names []string, name string) (one T, found bool) {
	if i := slices.Index(names, name); i >= 0 {
		return list[i], true
	}
	return one, false
}
