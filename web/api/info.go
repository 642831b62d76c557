package api

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"

	"hookline/internal/hookline"
)

// infoStore is what the questions about the instance need of a store.
type infoStore interface {
	// Setting gives what was set under key, "" when nothing was.
	Setting(ctx context.Context, key string) (string, error)
}

// addressesPath is where receivers ask which addresses requests come from.
const addressesPath = "/v1/info/ip_addresses"

// addresses answers GET /v1/info/ip_addresses: the addresses of all regions, or
// of the one that ?region= names. It is no secret, so everybody may ask, and
// scripts of any page too.
func (a *API) addresses(w http.ResponseWriter, r *http.Request) {
	w.Header()["Access-Control-Allow-Origin"] = anyOrigin
	if r.Method == http.MethodOptions {
		w.Header().Set("Access-Control-Allow-Methods", "GET, HEAD, OPTIONS")
		w.Header().Set("Access-Control-Max-Age", "86400")
		w.WriteHeader(http.StatusNoContent)
		return
	}
	if !isQuestion(w, r) {
		return
	}
	ips, err := a.addressesOf(r.Context(), strings.ToLower(r.URL.Query().Get("region")))
	if err != nil {
		a.logger.InfoContext(r.Context(), "ip addresses", "error", err)
		refuse(w, err)
		return
	}
	w.Header()["Content-Type"] = jsonType
	w.Header().Set("Cache-Control", "no-store")
	_ = json.NewEncoder(w).Encode(map[string][]string{"ips": ips}) // a client that is gone needs no answer
}

func (a *API) addressesOf(ctx context.Context, region string) ([]string, error) {
	setting, err := a.store.Setting(ctx, hookline.SettingAddresses)
	if err != nil {
		return nil, err
	}
	regions, err := hookline.ReadRegions(setting)
	if err != nil || region == "" {
		return hookline.Addresses(regions), err
	}
	for _, one := range regions {
		if one.Name == region {
			return hookline.Addresses([]hookline.Region{one}), nil
		}
	}
	return nil, hookline.NotFound("region")
}
