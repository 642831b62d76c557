package storetest

import (
	"errors"
	"strings"
	"testing"

	"hookline/internal/hookline"
)

func regionUsed(t *testing.T, h *house) {
	eu := hookline.Region{Name: "eu", IPs: []string{"203.0.113.7"}, Proxy: "http://ana:s3cret@proxy.example.com:3128"}
	us := hookline.Region{Name: "us", IPs: []string{"203.0.113.8"}}
	keep := func(regions ...hookline.Region) error {
		return h.SetSetting(t.Context(), hookline.SettingAddresses, hookline.WriteRegions(regions))
	}
	lost := newDestination("CRM")
	lost.Region = "eu"
	_, err := h.CreateDestination(t.Context(), lost)
	wantKind(t, hookline.KindInvalid, err)

	mustDo(t, keep(eu, us))
	d := must(h.CreateDestination(t.Context(), lost))(t)
	h.reopen()
	equal(t, "one", must(h.Destination(t.Context(), d.ID))(t).Region, "eu")
	routing := must(h.Routing(t.Context()))(t)
	equal(t, "routing", []any{routing.Destinations[d.ID].Region, routing.Regions}, []any{"eu", []hookline.Region{eu, us}})

	err = keep(us)
	wantKind(t, hookline.KindInvalid, err)
	var refused *hookline.Error
	if !errors.As(err, &refused) || !strings.Contains(refused.Fields["region.eu"], "“CRM”") {
		t.Errorf("the refusal says %v", err)
	}
	eu.Proxy = ""
	h.heard()
	mustDo(t, keep(eu))
	h.wantTold(t, "a region", hookline.TopicConfig)
	equal(t, "routing after a change", must(h.Routing(t.Context()))(t).Regions, []hookline.Region{eu})

	d.Region = "us"
	_, err = h.UpdateDestination(t.Context(), d)
	wantKind(t, hookline.KindInvalid, err)
	d.Region = ""
	must(h.UpdateDestination(t.Context(), d))(t)
	mustDo(t, keep())
}
