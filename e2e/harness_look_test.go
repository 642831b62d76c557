//go:build e2e

package e2e

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/playwright-community/playwright-go"
)

// looks are the ways a page is looked at: what is hidden in one, axe cannot see there.
var looks = []struct {
	name          string
	width, height int
	colours       *playwright.ColorScheme
}{
	{"desktop-light", 1440, 900, playwright.ColorSchemeLight},
	{"desktop-dark", 1440, 900, playwright.ColorSchemeDark},
	{"phone-dark", 390, 844, playwright.ColorSchemeDark},
	{"phone-light", 390, 844, playwright.ColorSchemeLight},
}

// inspect looks at the page as it is now on a desk and on a phone, in light and in dark: axe must find nothing, and the
// page must not be wider than the screen. With E2E_PICTURES=1 a picture of each is kept in e2e/out under name.
func (v *visitor) inspect(name string) {
	v.t.Helper()
	for _, look := range looks {
		v.lookWith(look.width, look.height, look.colours)
		v.picture(name+"-"+look.name, true)
		for _, finding := range v.axe() {
			v.t.Errorf("%s, %s: %s", name, look.name, finding)
		}
		if wide := v.evaluate("document.documentElement.scrollWidth - innerWidth"); fmt.Sprint(wide) != "0" {
			v.t.Errorf("%s, %s: the page is %v px wider than the screen", name, look.name, wide)
		}
	}
	v.lookWith(looks[0].width, looks[0].height, looks[0].colours)
}

// picture keeps a picture in e2e/out under name, of the whole page or of what the window shows, when pictures are wanted.
func (v *visitor) picture(name string, whole bool) {
	v.t.Helper()
	if os.Getenv("E2E_PICTURES") == "" {
		return
	}
	_, err := v.page.Screenshot(playwright.PageScreenshotOptions{
		Path:     playwright.String(filepath.Join(out, fileName(name)+".png")),
		FullPage: &whole, Timeout: patience, Animations: playwright.ScreenshotAnimationsDisabled,
	})
	v.must("take a picture", err)
}

// lookWith changes screen and colours, and waits until the page has been painted in them, with no colour on its way.
func (v *visitor) lookWith(width, height int, colours *playwright.ColorScheme) {
	v.t.Helper()
	v.must("resize", v.page.SetViewportSize(width, height))
	v.must("change colours", v.page.EmulateMedia(playwright.PageEmulateMediaOptions{ColorScheme: colours}))
	v.until(fmt.Sprintf(`document.documentElement.dataset.theme !== "auto" || document.documentElement.dataset.bsTheme === %q`, *colours))
	v.evaluate(`new Promise((painted) => requestAnimationFrame(() => requestAnimationFrame(painted)))`)
	v.until(`document.getAnimations().every((moving) => moving.playState !== "running" || moving.effect.getComputedTiming().endTime === Infinity)`)
}

// axeRules are WCAG 2.0 to 2.2, levels A and AA, and axe's own advice.
const axeRules = `["wcag2a","wcag2aa","wcag21a","wcag21aa","wcag22aa","best-practice"]`

// axe gives what https://github.com/dequelabs/axe-core finds wrong with the page as it is painted now. The source is
// evaluated from outside, which the page's policy does not forbid, so the policy stays under test.
func (v *visitor) axe() []string {
	v.t.Helper()
	if v.evaluate("typeof window.axe") != "object" {
		source, err := os.ReadFile("../node_modules/axe-core/axe.min.js")
		v.must("read axe", err)
		v.evaluate(string(source) + "\n;0")
	}
	raw, ok := v.evaluate(`axe.run(document, {runOnly: ` + axeRules + `, resultTypes: ["violations"]}).then((r) => JSON.stringify(r.violations))`).(string)
	if !ok {
		v.t.Fatal("axe gave no answer")
	}
	return readFindings(v, raw)
}

func readFindings(v *visitor, raw string) []string {
	v.t.Helper()
	var violations []struct {
		ID    string `json:"id"`
		Help  string `json:"help"`
		Nodes []struct {
			Target         []any  `json:"target"`
			FailureSummary string `json:"failureSummary"`
		} `json:"nodes"`
	}
	v.must("read axe's answer", json.Unmarshal([]byte(raw), &violations))
	var findings []string
	for _, violation := range violations {
		for _, node := range violation.Nodes {
			findings = append(findings, fmt.Sprintf("axe %s: %s at %v: %s", violation.ID, violation.Help, node.Target,
				strings.Join(strings.Fields(node.FailureSummary), " ")))
		}
	}
	return findings
}
