package web

import (
	"errors"
	"maps"
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"

	"hookline/internal/hookline"
	"hookline/views"
	"hookline/views/ui"
)

func (s *server) newBin(w http.ResponseWriter, r *http.Request) error {
	m := views.BinFormModel{Typed: typedBin(hookline.Bin{Script: hookline.NewBinScript()})}
	return s.showBinForm(w, r, http.StatusOK, m)
}

func (s *server) editBin(w http.ResponseWriter, r *http.Request) error {
	bin, err := s.Store.Bin(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	return s.showBinForm(w, r, http.StatusOK, views.BinFormModel{ID: bin.ID, Typed: typedBin(bin)})
}

func (s *server) showBinForm(w http.ResponseWriter, r *http.Request, status int, m views.BinFormModel) error {
	p := ui.Page{Title: "New bin", Active: ui.NavBins, Crumbs: binCrumbs(), Narrow: true}
	if m.ID != "" {
		p.Title = "Change the answer"
		p.Crumbs = binCrumbs(ui.Crumb{Label: m.Typed.Name, Href: binPath(m.ID)})
	}
	m.Page = s.page(w, r, p)
	return s.showStatus(w, r, status, view{page: views.BinForm(m)})
}

func (s *server) createBin(w http.ResponseWriter, r *http.Request) error {
	m := views.BinFormModel{Typed: readBin(r)}
	bin, err := parseBin(m.Typed)
	if err == nil {
		bin, err = s.Store.CreateBin(r.Context(), bin)
	}
	if trouble, ok := onForm(err); ok {
		m.Trouble = trouble
		return s.showBinForm(w, r, http.StatusUnprocessableEntity, m)
	}
	if err != nil {
		return err
	}
	return s.done(w, r, binPath(bin.ID), "The bin is ready. Point an action at its URL.")
}

func (s *server) saveBin(w http.ResponseWriter, r *http.Request) error {
	before, err := s.Store.Bin(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	m := views.BinFormModel{ID: before.ID, Typed: readBin(r)}
	bin, err := parseBin(m.Typed)
	if err == nil {
		bin.ID = before.ID
		_, err = s.Store.UpdateBin(r.Context(), bin)
	}
	if trouble, ok := onForm(err); ok {
		m.Trouble = trouble
		return s.showBinForm(w, r, http.StatusUnprocessableEntity, m)
	}
	if err != nil {
		return err
	}
	return s.done(w, r, binPath(before.ID), "The bin answers so from now on.")
}

func typedBin(b hookline.Bin) views.BinTyped {
	return views.BinTyped{
		Name: b.Name, Status: strconv.Itoa(b.Script.Status), Delay: views.DelaySeconds(b.Script.Delay),
		Body: b.Script.Body, BodySize: strconv.Itoa(b.Script.BodySize), RetryAfter: b.Script.RetryAfter,
		FailFirst: strconv.Itoa(b.Script.FailFirst), FailStatus: strconv.Itoa(b.Script.FailStatus),
	}
}

func readBin(r *http.Request) views.BinTyped {
	return views.BinTyped{
		Name: trimmed(r, "name"), Status: trimmed(r, "status"), Delay: trimmed(r, "delay"),
		Body:     strings.ReplaceAll(r.PostFormValue("body"), "\r\n", "\n"), // as it was typed: browsers send CR LF
		BodySize: trimmed(r, "body_size"), RetryAfter: trimmed(r, "retry_after"),
		FailFirst: trimmed(r, "fail_first"), FailStatus: trimmed(r, "fail_status"),
	}
}

// parseBin makes a bin of what was typed; the error says at each field what is wrong, whether it cannot be read or is
// out of bounds.
func parseBin(typed views.BinTyped) (hookline.Bin, error) {
	unread := map[string]string{}
	whole := func(name, text string) int {
		n, err := strconv.Atoi(text)
		if err != nil && text != "" {
			unread[name] = "Enter a whole number, such as 200."
		}
		return n
	}
	bin := hookline.Bin{Name: typed.Name, Script: hookline.BinScript{
		Status: whole("status", typed.Status), BodySize: whole("body_size", typed.BodySize), Body: typed.Body, RetryAfter: typed.RetryAfter,
		FailFirst: whole("fail_first", typed.FailFirst), FailStatus: whole("fail_status", typed.FailStatus),
	}}
	var ok bool
	if bin.Script.Delay, ok = parseDelay(typed.Delay); !ok {
		unread["delay"] = "Enter seconds, such as 2 or 0.5."
	}
	err := bin.Validate()
	if len(unread) == 0 {
		return bin, err
	}
	wrong := map[string]string{}
	if e, ok := errors.AsType[*hookline.Error](err); ok {
		maps.Copy(wrong, e.Fields)
	}
	maps.Copy(wrong, unread)
	return bin, hookline.Invalid("The bin could not be saved.", wrong)
}

// parseDelay reads "2", "0.5" or "0,5"; nothing is 0. Numbers no duration can hold are not read.
func parseDelay(text string) (time.Duration, bool) {
	if text == "" {
		return 0, true
	}
	seconds, err := strconv.ParseFloat(strings.Replace(text, ",", ".", 1), 64)
	if err != nil || math.IsNaN(seconds) || math.Abs(seconds) > 1e6 {
		return 0, false
	}
	return time.Duration(seconds * float64(time.Second)), true
}
