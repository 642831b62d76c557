package sqlite

import (
	"context"
	"fmt"

	"hookline/internal/hookline"
)

// regions reads where requests leave from.
func (s *Store) regions(ctx context.Context) ([]hookline.Region, error) {
	setting, err := s.Setting(ctx, hookline.SettingAddresses)
	if err != nil {
		return nil, err
	}
	return hookline.ReadRegions(setting)
}

// keepsUsedRegions refuses a setting that lacks a region from which a
// destination's requests leave.
func keepsUsedRegions(t *tx, setting string) error {
	regions, err := hookline.ReadRegions(setting)
	if err != nil {
		return err
	}
	rows, err := t.query("select w.region, d.name from destination_ways w join destinations d on d.id = w.destination_id where w.region <> '' order by d.name, d.id")
	if err != nil {
		return fmt.Errorf("read used regions: %w", err)
	}
	used := map[string][]string{}
	_, err = collect(rows, func(r row) (struct{}, error) {
		var region, destination string
		err := r.Scan(&region, &destination)
		used[region] = append(used[region], destination)
		return struct{}{}, err
	})
	if err != nil {
		return err
	}
	return hookline.KeepUsed(regions, used)
}

// knowsRegion refuses a region that is not there.
func knowsRegion(t *tx, name string) error {
	if name == "" {
		return nil
	}
	setting, err := readSetting(t, hookline.SettingAddresses)
	if err != nil {
		return err
	}
	regions, err := hookline.ReadRegions(setting)
	if err != nil {
		return err
	}
	if _, ok := hookline.FindRegion(regions, name); !ok {
		return hookline.Invalid("The destination could not be saved.",
			map[string]string{"region": "There is no such region. It may have been removed: choose another one."})
	}
	return nil
}
