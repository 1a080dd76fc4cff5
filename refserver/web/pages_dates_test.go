package web_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/refserver/web/webtest"
)

var (
	spaced   = regexp.MustCompile(`[0-9]+ 年 ?[0-9]+ ?月|年 [0-9]+ ?月( ?[0-9]+ ?日)?`)
	isoShown = regexp.MustCompile(`(?:>[^<]*|(?:value|placeholder|title|aria-label)="[^"]*)\b(?:19|20)\d\d-\d\d-\d\d`)
	numbered = regexp.MustCompile(`/[^/]*[0-9][^/]*`)
	linkedTo = regexp.MustCompile(`href="(/[^"#]*)"`)
)

// Wherever a person reads or types a date in Chinese, it is a Minguo one: on every
// page that can be reached, and in what a page fills in beforehand. In sentences it is
// written without spaces, 113年8月5日.
func TestDatesAreMinguoEverywhere(t *testing.T) {
	h := webtest.OpenHouse(t)
	for _, person := range []string{"P04", "P05", "P07", "P10", "P13"} {
		t.Run(person, func(t *testing.T) {
			caller := h.As(t, person)
			seen := map[string]bool{}
			list := []string{"/", "/apply", "/handling", "/documents", "/records", "/people", "/deputies", "/overview", "/sent", "/notices"}
			kinds := map[string]int{}
			for len(list) > 0 {
				at := list[0]
				list = list[1:]
				kind := numbered.ReplaceAllString(strings.SplitN(at, "?", 2)[0], "/*")
				if seen[at] || kinds[kind] >= 6 || strings.Contains(at, "lang=") || strings.HasPrefix(at, "/assets") || strings.Contains(at, "/files/") || strings.Contains(at, ".xlsx") || strings.HasPrefix(at, "/as/") {
					continue
				}
				seen[at] = true
				kinds[kind]++
				page := caller.Get(strings.ReplaceAll(at, "&amp;", "&"))
				if page.StatusCode != http.StatusOK || !strings.HasPrefix(page.Header.Get("Content-Type"), "text/html") {
					continue
				}
				for _, found := range isoShown.FindAllString(page.Text, 3) {
					t.Errorf("%s: %s", at, strings.TrimSpace(found))
				}
				for _, found := range spaced.FindAllString(page.Text, 3) {
					t.Errorf("%s: %q is written with spaces", at, found)
				}
				for _, m := range linkedTo.FindAllStringSubmatch(page.Text, -1) {
					list = append(list, m[1])
				}
			}
			if len(seen) < 15 {
				t.Errorf("only %d pages were reached", len(seen))
			}
		})
	}
}

// A day that cannot be read is told in the same words on every page: of which field,
// and whether there is no such day, no such year, or nothing that could be a day.
func TestADayThatCannotBeReadIsToldAlikeEverywhere(t *testing.T) {
	h := webtest.OpenHouse(t)
	admin := h.As(t, "P07")
	for typed, why := range map[string]string{
		"115.2.30": "曆上沒有這一天，請重新填寫日期。", "0115-01-05": "年份超出可用的範圍，請重新填寫日期。", "下週三": "請填寫日期，例如 115.11.23、1151123 或 115/11/23。",
	} {
		for field, page := range map[string]webtest.Reply{
			"日期":   admin.Post("/closures", "from", typed, "reason", "停電", "do", "preview"),
			"迄日":   admin.Post("/closures", "from", "115.11.24", "to", typed, "reason", "停電", "do", "preview"),
			"公布時間": admin.Post("/closures", "from", "115.11.24", "announced", typed, "announced_time", "08:30", "reason", "停電", "do", "preview"),
			"開始":   admin.Post("/deputies", "from", typed, "to", "115.11.25", "deputy_1", "P12"),
			"送出時間": admin.Post("/trial", "do", "try", "type", "account_request", "_at", typed),
		} {
			page.Says(t, http.StatusUnprocessableEntity, field+"："+why, `value="`+typed+`"`)
		}
	}
	admin.Get("/roles/documents.document_controller?on=115.2.30&lang=en").Says(t, http.StatusUnprocessableEntity, "There is no such day. Please enter the date again.")
}
