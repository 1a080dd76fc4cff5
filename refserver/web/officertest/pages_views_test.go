package officertest

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/refserver/web/webtest"
)

// The conditions of a list are saved under a name, stand beside it as a link, and are
// renamed and deleted; each has his own alone.
func TestViewsAreSavedBesideTheList(t *testing.T) {
	h := webtest.OpenHouse(t)
	clerk := h.As(t, "P13")
	clerk.Get("/records").Says(t, http.StatusOK).Not(t, "我的檢視") // nothing to save
	page := clerk.Get("/records?q=公文&year=115&after=x,y").Says(t, http.StatusUnprocessableEntity)
	filter := regexp.MustCompile(`name="filter" value="([^"]*)"`).FindStringSubmatch(page.Text)
	if filter == nil || strings.Contains(filter[1], "after") || !strings.Contains(filter[1], "year=115") {
		t.Fatalf("to be saved: %v", filter)
	}
	const asked = "q=%E5%85%AC%E6%96%87&year=115"
	saved := clerk.Post("/views", "list", "records", "filter", asked, "name", "115 年公文")
	saved.Says(t, http.StatusOK, "檢視「115 年公文」已儲存。", `<a href="/records?`+strings.ReplaceAll(asked, "&", "&amp;")+`" aria-current="page">115 年公文</a>`)
	if saved.Request.URL.RawQuery != asked {
		t.Errorf("it leads to %s", saved.Request.URL)
	}
	clerk.Get("/records").Says(t, http.StatusOK, "115 年公文")
	clerk.Get("/").Says(t, http.StatusOK).Not(t, "115 年公文")
	clerk.Post("/views", "list", "todo", "filter", "kind=consult", "name", "會辦").Says(t, http.StatusOK, ">會辦</a>")
	clerk.Post("/views", "list", "todo", "filter", "kind=read", "name", "會辦").Says(t, http.StatusUnprocessableEntity,
		"已有名為「會辦」的檢視", `href="#view-name"`, `value="kind=read"`)
	clerk.Post("/views", "list", "elsewhere", "filter", "x=1", "name", "x").Says(t, http.StatusNotFound)
	h.As(t, "P04").Get("/records").Says(t, http.StatusOK).Not(t, "115 年公文")
	h.As(t, "P04").Get("/views").Says(t, http.StatusOK, "目前沒有檢視").Not(t, "115 年公文")

	list := clerk.Get("/views").Says(t, http.StatusOK, "115 年公文", "會辦", "待辦事項", "作業紀錄")
	id := regexp.MustCompile(`action="/views/([^"/]+)"`).FindStringSubmatch(list.Text)
	if id == nil {
		t.Fatal("none can be renamed")
	}
	h.As(t, "P04").Post("/views/"+id[1], "name", "別人的").Says(t, http.StatusNotFound)
	h.As(t, "P04").Post("/views/"+id[1]+"/drop").Says(t, http.StatusNotFound)
	clerk.Post("/views/"+id[1], "name", " ").Says(t, http.StatusUnprocessableEntity, "請填寫檢視的名稱。", `href="#name-`+id[1]+`"`)
	clerk.Post("/views/"+id[1], "name", "公文紀錄").Says(t, http.StatusOK, "檢視已更名為「公文紀錄」。").Not(t, ">115 年公文<")
	clerk.Post("/views/"+id[1]+"/drop").Says(t, http.StatusOK, "檢視已刪除。", "會辦").Not(t, ">公文紀錄</a>")
}
