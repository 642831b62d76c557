//go:build e2e

// Package e2e walks through the whole house with a real browser, one file for each story.
//
// A story begins with visit, which gives it a browser window of its own on an address of its own server. What the
// visitor does (open, click, fill, choose) and looks for (sees, at) waits for the page and fails the test when it
// does not come; no story sleeps. At its end a visitor fails the test for anything the browser complained about:
// errors on the console, uncaught exceptions, and everything the Content-Security-Policy refused.
package e2e

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/playwright-community/playwright-go"
)

// browser is started once; every visitor has a context of their own in it, which is as good as a fresh profile.
var browser playwright.Browser

// out is where pictures are kept, and what is left of stories that failed.
const out = "out"

func TestMain(m *testing.M) {
	flag.Parse()
	if flag.Lookup("test.list").Value.String() != "" {
		os.Exit(m.Run()) // the names are told without a browser
	}
	code, err := withBrowser(m.Run)
	if err != nil {
		fmt.Fprintln(os.Stderr, "e2e:", err)
		code = 1
	}
	os.Exit(code)
}

func withBrowser(run func() int) (code int, err error) {
	if err := os.MkdirAll(out, 0o755); err != nil {
		return 1, err
	}
	pw, err := startDriver()
	if err != nil {
		return 1, fmt.Errorf("start the browser's driver (run `make browser` first): %w", err)
	}
	defer func() { err = errors.Join(err, pw.Stop()) }()
	options := playwright.BrowserTypeLaunchOptions{
		Headless: playwright.Bool(true),
		Args:     []string{"--disable-gpu", "--disable-quic"},
	}
	if path := findBrowser(); path != "" {
		options.ExecutablePath = &path
	}
	browser, err = pw.Chromium.Launch(options)
	if err != nil {
		return 1, fmt.Errorf("start the browser (set E2E_BROWSER to the program, or run `make browser`): %w", err)
	}
	defer func() { err = errors.Join(err, browser.Close()) }()
	return run(), nil
}

// startDriver runs the driver that make laid out from package-lock.json; nothing is downloaded.
func startDriver() (*playwright.Playwright, error) {
	if os.Getenv("PLAYWRIGHT_NODEJS_PATH") == "" {
		node, err := exec.LookPath("node")
		if err != nil {
			return nil, err
		}
		if err := os.Setenv("PLAYWRIGHT_NODEJS_PATH", node); err != nil {
			return nil, err
		}
	}
	driver, err := filepath.Abs("../.cache/playwright-driver")
	if err != nil {
		return nil, err
	}
	options := &playwright.RunOptions{DriverDirectory: driver, SkipInstallBrowsers: true, Stdout: io.Discard, Stderr: os.Stderr}
	// Install compares versions and patches the copy, as the library wants it.
	if err := playwright.Install(options); err != nil {
		return nil, err
	}
	return playwright.Run(options)
}

// findBrowser is the browser to drive: $E2E_BROWSER, one on PATH, or "" for Playwright's own.
func findBrowser() string {
	if path := os.Getenv("E2E_BROWSER"); path != "" {
		return path
	}
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	return ""
}
