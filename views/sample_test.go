package views

import (
	"encoding/json"
	"go/format"
	"strings"
	"testing"
)

const (
	sampleBase = "https://hooks.example.com"
	sampleKey  = "0123456789abcdefghjkmnpqrstvwxyz"
)

func TestSamplesCarryAddressAndKey(t *testing.T) {
	for _, sample := range Samples(sampleBase, sampleKey) {
		if !strings.Contains(sample.Code, sampleBase+"/v1/track") || !strings.Contains(sample.Code, sampleKey) || strings.Contains(sample.Code, "{{") {
			t.Errorf("%s:\n%s", sample.ID, sample.Code)
		}
	}
}

func TestGoSampleIsFormattedGo(t *testing.T) {
	code := pickSample(Samples(sampleBase, sampleKey), "go").Code
	formatted, err := format.Source([]byte(code))
	if err != nil {
		t.Fatal(err)
	}
	if strings.TrimSpace(string(formatted)) != code {
		t.Errorf("gofmt makes it\n%s", formatted)
	}
}

func TestCurlSampleSendsJSON(t *testing.T) {
	code := pickSample(Samples(sampleBase, sampleKey), "curl").Code
	_, rest, _ := strings.Cut(code, "--data '")
	data, _, closed := strings.Cut(rest, "'")
	if !closed || !json.Valid([]byte(data)) || strings.Count(code, "'")%2 != 0 {
		t.Errorf("curl would not send JSON:\n%s", code)
	}
}

func TestUnknownSampleIsTheFirst(t *testing.T) {
	samples := Samples(sampleBase, sampleKey)
	if got := pickSample(samples, "cobol").ID; got != samples[0].ID {
		t.Errorf("shown is %q", got)
	}
}
