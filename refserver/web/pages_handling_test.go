package web

import (
	"context"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/workflow"
)

// stock puts many tasks like one of somebody's on the lists of those who have it.
func (h *house) stock(t *testing.T, person, kind string, many int) {
	t.Helper()
	mine, err := h.kit.Tasks(t.Context(), ismskit.Actor{Person: person}, ismskit.TodoFilter{Kinds: []string{kind}})
	if err != nil || len(mine) == 0 {
		t.Fatalf("%s has no task of the kind %s, %v", person, kind, err)
	}
	last := mine[len(mine)-1]
	err = h.store.Update(t.Context(), func(ctx context.Context, tx ismskit.Tx) error {
		found, err := tx.Cases().List(ctx, ismskit.CaseQuery{IDs: []string{last.Case}})
		if err != nil || len(found) != 1 {
			return fmt.Errorf("%d cases, %w", len(found), err)
		}
		for i := range many {
			row, task := found[0], last.TaskRow
			row.ID, row.Revision = fmt.Sprintf("stock%04d", i), 1
			task.Case, task.Due = row.ID, last.Due.AddDate(0, 0, 1)
			if err := tx.Cases().Insert(ctx, row, []ismskit.TaskRow{task}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

var (
	caseLinks = regexp.MustCompile(`href="(/cases/[^"/]+)"`)
	nextPage  = regexp.MustCompile(`href="([^"]+)" rel="next"`)
)

// turned follows a list to its end and gives the cases in the order of the pages,
// each page once.
func (c *caller) turned(t *testing.T, path string) (cases []string, pages int) {
	t.Helper()
	for {
		page := c.get(path).says(t, http.StatusOK)
		pages++
		list := page.body[strings.Index(page.body, "<table"):strings.LastIndex(page.body, "</table>")]
		for _, m := range caseLinks.FindAllStringSubmatch(list, -1) {
			if !slices.Contains(cases, m[1]) {
				cases = append(cases, m[1])
			}
		}
		next := nextPage.FindStringSubmatch(page.body)
		if next == nil {
			return cases, pages
		}
		path = unescape(next[1])
		if back := c.get(path); !strings.Contains(back.body, "回第一頁") {
			t.Errorf("%s does not lead back", path)
		}
	}
}

// A list longer than a page is turned to its end, none twice and none left out, and
// says how many there are: exactly, or at least so many where they were not counted.
func TestLongListsAreTurnedToTheirEnd(t *testing.T) {
	h := openHouse(t)
	h.apply(t)
	admin, officer := h.as(t, "P06"), h.as(t, "P04")
	before, _ := admin.turned(t, "/handling")
	all, _ := officer.turned(t, "/overview")
	h.stock(t, "P06", string(workflow.KindHandle), 120)
	admin.get("/handling").says(t, http.StatusOK, fmt.Sprintf("待處置 %d", len(before)+120)).not(t, "以上", "回第一頁")
	for path, want := range map[string]int{"/handling": len(before) + 120, "/?kind=handle": len(before) + 120} {
		if got, pages := admin.turned(t, path); len(got) < want || pages != 3 {
			t.Errorf("%s: %d of %d on %d pages", path, len(got), want, pages)
		}
	}
	if got, pages := officer.turned(t, "/overview"); len(got) != len(all)+120 || pages != 2 {
		t.Errorf("the overview shows %d of %d on %d pages", len(got), len(all)+120, pages)
	}
	// What an address names that is no task of the list begins at the beginning, or after it.
	admin.get("/handling?after=yesterday&case=x&task=y").says(t, http.StatusOK).not(t, "回第一頁")
	admin.get("/handling?tab=none").says(t, http.StatusOK, before[0])
	admin.get("/?case=zzzz").says(t, http.StatusOK, "目前沒有待辦事項。", "回第一頁")
}

func TestALongListSaysWhenItWasNotCountedToItsEnd(t *testing.T) {
	h := openHouse(t)
	h.stock(t, "P06", string(workflow.KindHandle), countedAtMost+30)
	admin := h.as(t, "P06")
	admin.get("/").says(t, http.StatusOK, "全部 1000以上", `<span class="count">1000+`)
	admin.get("/handling").says(t, http.StatusOK, "待處置", "以上")
	h.as(t, "P04").get("/overview").says(t, http.StatusOK, "1000 件以上辦理中")
	if got, _ := admin.turned(t, "/handling"); len(got) < countedAtMost+30 {
		t.Errorf("turned over, %d rows", len(got))
	}
}
