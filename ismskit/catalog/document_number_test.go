package catalog

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/document"
	"github.com/ismskit/ismskit/storage/memory"
)

// newRequest is a request for a new document.
func (o *office) newRequest(person, number string) forms.Values {
	o.Helper()
	return forms.Values{
		"op": "new", "number": number, "title": "檢查作業說明書", "level": "level_3", "class": "internal", "unit": o.l.books.unit("U03"),
		"note": "新訂", "file": o.newText(person), "issue_on": date(11, 30),
	}
}

// What a number belongs to, or once belonged to, is told to nobody who may not read it: he hears
// that the number can't be had, in the words and with the looks of any other.
func TestB1_1ANumberNamesNoDocumentThatItsAskerMayNotRead(t *testing.T) {
	everywhere(t, func(t *testing.T, o *office) {
		const secret, former, open = "IS-03-104", "IS-03-103", "IS-03-105"
		file := func(number, class, title string) string {
			t.Helper()
			id, err := o.kit.Documents().Put(o.ctx, ismskit.System("test"), ismskit.Filing{Document: document.Document{
				Number: number, Level: 3, Class: class, Title: map[string]string{"zh-TW": title}}})
			must(t, err)
			return id
		}
		id := file(former, ismskit.ClassConfidential, "網路架構圖")
		_, err := o.kit.Documents().Put(o.ctx, ismskit.System("test"), ismskit.Filing{Document: document.Document{
			ID: id, Number: secret, Level: 3, Class: ismskit.ClassConfidential, Title: map[string]string{"zh-TW": "網路架構圖"}}})
		must(t, err)
		file(open, ismskit.ClassInternal, "機房巡檢說明書")
		for _, one := range []struct{ person, number, says string }{
			{"P13", secret, "編號 IS-03-104 不能使用"},
			{"P13", former, "編號 IS-03-103 不能使用"},
			{"P13", open, "機房巡檢說明書"},
			{"P07", secret, "網路架構圖"},
			{"P07", former, "網路架構圖"},
		} {
			_, err := o.ask(one.person, o.newRequest(one.person, one.number))
			invalid, _ := errors.AsType[forms.Invalid](err)
			if !refusedAt(err, "number") || !strings.Contains(invalid[0].Message("zh-TW"), one.says) {
				t.Errorf("%s asks for %s: %v", one.person, one.number, err)
			}
			if one.person == "P13" && one.number != open && strings.Contains(invalid.Error()+invalid[0].Message("zh-TW")+invalid[0].Code, "網路架構圖") {
				t.Errorf("%s is told of %s: %v", one.person, one.number, err)
			}
		}
		// Whoever signs may be one who may not read it, either: the number was free when it was sent.
		r := o.asked("P13", o.newRequest("P13", "IS-03-106"))
		o.act("P07", r.Case, ismskit.Action{Verb: "approve"})
		file("IS-03-106", ismskit.ClassSecret, "弱點清冊")
		_, err = o.kit.Act(o.ctx, o.as("P04"), r.Case, ismskit.Action{Verb: "approve"})
		invalid, _ := errors.AsType[forms.Invalid](err)
		may, rerr := o.kit.Documents().Get(o.ctx, o.as("P04"), "IS-03-106")
		if named := strings.Contains(invalid.Error()+" "+text(invalid), "弱點清冊"); err == nil || named != (rerr == nil) {
			t.Errorf("who signs is told %v, and reads %q: %v", err, may.Number, rerr)
		}
	})
}

// Nor does it take more look-ups, which somebody might measure.
func TestB1_1ANumberThatIsHiddenIsLookedUpLikeAnyOther(t *testing.T) {
	var asked int
	o := openOffice(t, watched{memory.New(), &asked})
	for number, class := range map[string]string{"IS-03-104": ismskit.ClassSecret, "IS-03-105": ismskit.ClassInternal} {
		_, err := o.kit.Documents().Put(o.ctx, ismskit.System("test"), ismskit.Filing{Document: document.Document{
			Number: number, Level: 3, Class: class, Title: map[string]string{"zh-TW": "網路架構圖"}}})
		must(t, err)
	}
	lookups := func(number string) int {
		t.Helper()
		values := o.newRequest("P13", number)
		asked = 0
		if _, err := o.ask("P13", values); !refusedAt(err, "number") {
			t.Fatalf("%s: %v", number, err)
		}
		return asked
	}
	if hidden, shown := lookups("IS-03-104"), lookups("IS-03-105"); hidden != shown || hidden == 0 {
		t.Errorf("looked up %d times where it is hidden, %d where it is not", hidden, shown)
	}
}

func text(invalid forms.Invalid) (all string) {
	for _, f := range invalid {
		all += f.Message("zh-TW") + "\n"
	}
	return all
}

// watched counts how often documents are looked up.
type watched struct {
	ismskit.Store
	asked *int
}

type watchedTx struct {
	ismskit.Tx
	asked *int
}

type watchedDocuments struct {
	document.Store
	asked *int
}

func (w watched) View(ctx context.Context, fn func(context.Context, ismskit.Tx) error) error {
	return w.Store.View(ctx, func(ctx context.Context, tx ismskit.Tx) error { return fn(ctx, watchedTx{tx, w.asked}) })
}

func (w watchedTx) Documents() document.Store { return watchedDocuments{w.Tx.Documents(), w.asked} }

func (w watchedDocuments) Documents(ctx context.Context, q document.Query) ([]document.Document, error) {
	*w.asked++
	return w.Store.Documents(ctx, q)
}

func (w watchedDocuments) Document(ctx context.Context, id string) (document.Document, bool, error) {
	*w.asked++
	return w.Store.Document(ctx, id)
}
