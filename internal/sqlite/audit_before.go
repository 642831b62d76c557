package sqlite

import (
	"database/sql"
	"errors"
	"fmt"

	"hookline/internal/hookline"
)

// What things are like before they change, as the transaction sees them.

func readSource(t *tx, id string) (hookline.Source, error) {
	one, err := scanSource(t.queryRow("select "+sourceColumns+" from sources where id = $1", id))
	return one, found(err, "source")
}

func readAction(t *tx, id string) (hookline.Action, error) {
	a, err := scanAction(t.queryRow("select "+actionColumns+" from actions where id = $1", id))
	return a, found(err, "action")
}

func readBin(t *tx, id string) (hookline.Bin, error) {
	b, err := scanBin(t.queryRow("select "+binColumns+" from bins where id = $1", id))
	return b, found(err, "bin")
}

// readDestination also gives its sources and its way.
func readDestination(t *tx, id string) (hookline.Destination, error) {
	d, err := scanDestination(t.queryRow("select "+destinationColumns+" from destinations where id = $1", id))
	if err := found(err, "destination"); err != nil {
		return d, err
	}
	err = t.queryRow("select ca, client_cert, client_key, proxy from destination_ways where destination_id = $1", id).
		Scan(&d.TLS.CA, &d.TLS.ClientCert, &d.TLS.ClientKey, &d.Proxy)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return d, fmt.Errorf("read way: %w", err)
	}
	rows, err := t.query("select source_id from destination_sources where destination_id = $1 order by source_id", id)
	if err != nil {
		return d, fmt.Errorf("read connected sources: %w", err)
	}
	d.SourceIDs, err = collect(rows, func(r row) (source string, err error) {
		err = r.Scan(&source)
		return source, err
	})
	return d, err
}

func readReportingWebhook(t *tx, id string) (hookline.ReportingWebhook, error) {
	w, err := scanReportingWebhook(t.queryRow("select "+reportingColumns+" from reporting_webhooks where id = $1", id))
	return w, found(err, "reporting webhook")
}

// readSetting gives "" for what was never set.
func readSetting(t *tx, key string) (value string, err error) {
	err = t.queryRow("select value from settings where key = $1", key).Scan(&value)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return "", fmt.Errorf("read setting: %w", err)
	}
	return value, nil
}
