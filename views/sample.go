package views

import "strings"

// Sample is code that sends a first event when it is pasted and run.
type Sample struct {
	ID    string // "curl", "browser", "node", "go"
	Label string
	Hint  string // how to run it
	Code  string
}

// Samples are the code samples with our address and a source's write key filled in. Neither may hold quotes or
// backslashes: addresses and keys of ours do not.
func Samples(base, writeKey string) []Sample {
	fill := strings.NewReplacer("{{base}}", base, "{{key}}", writeKey)
	samples := []Sample{
		{"curl", "Terminal (curl)", "Paste it into a terminal.", curlSample},
		{"browser", "Browser", "Paste it into the script of a page, or into the console of a browser.", browserSample},
		{"node", "Node.js", "Save it as event.mjs and run: node event.mjs (Node.js 18 or newer, nothing to install).", nodeSample},
		{"go", "Go", "Save it as main.go and run: go run main.go", goSample},
	}
	for i := range samples {
		samples[i].Code = fill.Replace(samples[i].Code)
	}
	return samples
}

// pickSample is the one with this id, else the first.
func pickSample(samples []Sample, id string) Sample {
	for _, sample := range samples {
		if sample.ID == id {
			return sample
		}
	}
	return samples[0]
}

const curlSample = `curl '{{base}}/v1/track' \
  --user '{{key}}:' \
  --header 'Content-Type: application/json' \
  --data '{"userId": "ana-1", "event": "Signed Up", "properties": {"plan": "Startup"}}'`

const browserSample = `fetch("{{base}}/v1/track", {
  method: "POST",
  headers: {
    "Content-Type": "application/json",
    Authorization: "Basic " + btoa("{{key}}:"),
  },
  body: JSON.stringify({
    userId: "ana-1",
    event: "Signed Up",
    properties: { plan: "Startup" },
  }),
  keepalive: true,
});`

const nodeSample = `const answer = await fetch("{{base}}/v1/track", {
  method: "POST",
  headers: {
    "Content-Type": "application/json",
    Authorization: "Basic " + Buffer.from("{{key}}:").toString("base64"),
  },
  body: JSON.stringify({
    userId: "ana-1",
    event: "Signed Up",
    properties: { plan: "Startup" },
  }),
});
console.log(answer.status, await answer.text());`

const goSample = `package main

import (
	"fmt"
	"log"
	"net/http"
	"strings"
)

func main() {
	event := ` + "`" + `{"userId": "ana-1", "event": "Signed Up", "properties": {"plan": "Startup"}}` + "`" + `
	req, err := http.NewRequest("POST", "{{base}}/v1/track", strings.NewReader(event))
	if err != nil {
		log.Fatal(err)
	}
	req.SetBasicAuth("{{key}}", "")
	req.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		log.Fatal(err)
	}
	defer resp.Body.Close()
	fmt.Println(resp.Status)
}`
