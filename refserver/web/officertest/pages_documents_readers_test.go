package officertest

import (
	"net/http"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/register"
	"github.com/ismskit/ismskit/refserver/web/webtest"
)

// The document controller names the audience on a page; whoever is in it finds the document
// from his list, says that he has read it, and the page of readers tells so.
func TestADocumentIsDistributedAndReadByPages(t *testing.T) {
	h := webtest.OpenHouse(t)
	officer, reader := h.As(t, "P07"), h.As(t, "P13")
	doc, err := h.Kit.Documents().Get(t.Context(), ismskit.System("test"), "IS-02-008")
	if err != nil {
		t.Fatal(err)
	}
	page := officer.Get("/documents/" + doc.ID)
	if !strings.Contains(page.Text, "/documents/"+doc.ID+"/readers?version=1.3") {
		t.Fatal("no way to the readers")
	}
	if page := officer.Get("/documents/" + doc.ID + "/readers"); !strings.Contains(page.Text, "/lists/distributions/new?document="+doc.ID) {
		t.Fatal("no way to name the audience")
	}
	if page := officer.Get("/lists/distributions/new?document=" + doc.ID); page.StatusCode != http.StatusOK || !strings.Contains(page.Text, doc.ID+`" selected`) {
		t.Errorf("the document is not chosen: %d", page.StatusCode)
	}
	_, err = h.Kit.Registers().Put(t.Context(), ismskit.Actor{Person: "P07", Channel: "go"}, ismskit.RowChange{List: register.Distributions, ID: "D1", Values: forms.Values{
		"document": forms.Ref{List: "document", ID: doc.ID}, "people": []forms.Ref{{List: "register/people", ID: "P13"}, {List: "register/people", ID: "P12"}},
	}})
	if err != nil {
		t.Fatal(err)
	}
	h.Settle(t)
	if page := reader.Get("/documents/" + doc.ID); !strings.Contains(page.Text, "前閱讀這一版") {
		t.Error("the document does not say that he is to read it")
	}
	todo := reader.Get("/")
	at := strings.Index(todo.Text, "DR-")
	if at < 0 {
		t.Fatal("it is not on his list")
	}
	found, err := h.Kit.Documents().Readers(t.Context(), ismskit.Actor{Person: "P13"}, ismskit.ReadersQuery{Document: doc.ID})
	if err != nil || len(found.Readers) != 1 {
		t.Fatalf("%+v, %v", found, err)
	}
	sheet := "/cases/" + found.Readers[0].Case
	if page := reader.Get(sheet); !strings.Contains(page.Text, `href="/documents/`+doc.ID+`/versions/1.3"`) {
		t.Error("the sheet does not lead to the version")
	}
	reader.Post(sheet+"/act", reader.Get(sheet).With("do", "approve")...).Says(t, http.StatusOK)
	if page := reader.Get("/documents/" + doc.ID); !strings.Contains(page.Text, "閱讀這一版") || strings.Contains(page.Text, "前閱讀這一版") {
		t.Error("the document does not say that he has read it")
	}
	readers := officer.Get("/documents/" + doc.ID + "/readers")
	for _, want := range []string{"應閱 2 人，已閱 1 人，未閱 1 人", "鍾明哲", "范語彤"} {
		if !strings.Contains(readers.Text, want) {
			t.Errorf("the page of readers lacks %q", want)
		}
	}
	// Who reads what is for those who look after documents.
	for _, address := range []string{"/documents/" + doc.ID + "/readers", "/lists/distributions", "/lists/distributions/D1", "/lists/distributions/D1/edit"} {
		if got := reader.Get(address).StatusCode; got != http.StatusNotFound {
			t.Errorf("%s answers %d to a reader", address, got)
		}
	}
}
