package ismskit_test

import (
	"errors"
	"slices"
	"sync"
	"testing"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/register"
	"github.com/ismskit/ismskit/workflow"
)

// A void number stays void, and a lost original lost: whoever keeps the lists reads them
// and changes nothing in them by hand.
func TestWhoKeepsTheListsFreesNoVoidNumber(t *testing.T) {
	o := paperOffice(t, nil)
	number := o.reserve(1)[0].Number
	if err := o.kit.Records().PaperNumbers().Void(o.ctx, o.as("P10"), number, "未使用"); err != nil {
		t.Fatal(err)
	}
	lists, keeper := o.kit.Registers(), o.as("P05")
	rows, err := lists.Rows(o.ctx, keeper, register.Query{List: register.ReservedNumbers})
	if err != nil || len(rows) != 1 {
		t.Fatalf("%+v %v", rows, err)
	}
	values, err := lists.Fields(o.ctx, keeper, rows[0])
	if err != nil {
		t.Fatal(err)
	}
	values["state"] = ismskit.NumberFree
	_, err = lists.Put(o.ctx, keeper, ismskit.RowChange{List: register.ReservedNumbers, ID: rows[0].ID, Seen: rows[0].Revision, Values: values})
	if !errors.Is(err, ismskit.ErrForbidden) {
		t.Errorf("he freed it: %v", err)
	}
	kept := forms.Values{"number": "IS-04-012-115-0009", "place": "鐵櫃", "keeper": "某人", "state": "kept"}
	if _, err = lists.Put(o.ctx, keeper, ismskit.RowChange{List: register.Originals, ID: "anything", Values: kept}); !errors.Is(err, ismskit.ErrForbidden) {
		t.Errorf("he entered an original: %v", err)
	}
	for _, list := range []string{register.ReservedNumbers, register.Originals} {
		if may, err := lists.MayChange(o.ctx, keeper, list, ""); err != nil || may {
			t.Errorf("%s: he may change it: %v", list, err)
		}
	}
	o.numbers(number + " void")
}

// The newest blocks come first, and the number of a case that went on on paper has its
// place among them.
func TestTheNewestReservedNumbersComeFirst(t *testing.T) {
	o := paperOffice(t, nil)
	early, sent := o.reserve(1)[0].Number, o.apply("P13", threeRows())
	o.act("P01", sent.Case, ismskit.Action{Verb: workflow.VerbToPaper, Comment: "機房停電，改以紙本陳核"})
	o.settle()
	late := o.reserve(2)
	o.numbers(late[0].Number+" free", late[1].Number+" free", sent.Number+" free", early+" free")
}

// Who may fill in a form for others is not offered the entry of what was signed on
// paper, which he could not open; those who keep the records are.
func TestPaperIsOfferedToWhoMayEnterIt(t *testing.T) {
	o := openOfficeWith(t, nil, func(c *ismskit.Config) {
		c.Rights.ManageRecords = []string{"records/records_manager"}
		for i := range c.Types {
			if c.Types[i].Key == "account_request" {
				c.Types[i].Writers = []string{"access/module_manager"}
			}
		}
	})
	o.role("records", "records_manager", "P10")
	for who, want := range map[string]bool{"P04": false, "P10": true} {
		offered, err := o.kit.Types().List(o.ctx, o.as(who))
		if err != nil {
			t.Fatal(err)
		}
		if got := slices.ContainsFunc(offered, func(i ismskit.TypeInfo) bool { return i.Key == "account_request_paper" }); got != want {
			t.Errorf("%s is offered it: %v", who, got)
		}
	}
}

// A block has at most so many numbers: one more is refused at the count, and none is taken.
func TestABlockHasAtMostSoManyNumbers(t *testing.T) {
	o := paperOffice(t, nil)
	ask := ismskit.Reservation{Type: "account_request", Count: ismskit.MaxReserved + 1, Reason: "機房停電一週，紙本辦理"}
	_, err := o.kit.Records().PaperNumbers().Reserve(o.ctx, o.as("P10"), ask)
	o.refusedAt(err, "count", "請填 1 至 200 之間的號數。")
	o.numbers()
	if block := o.reserve(ismskit.MaxReserved); len(block) != ismskit.MaxReserved || block[0].Number != "IS-04-012-115-0001" {
		t.Errorf("%d numbers from %s", len(block), block[0].Number)
	}
}

// An office that begins in mid-year goes on from its old register's numbers.
func TestNumbersGoOnFromTheOldRegister(t *testing.T) {
	o := openOffice(t, nil)
	if err := o.kit.Types().Continue(o.ctx, o.as("P05"), "account_request", "", 86); !errors.Is(err, ismskit.ErrForbidden) {
		t.Errorf("by a person: %v", err)
	}
	for _, last := range []int64{86, 12} { // a lower one changes nothing
		if err := o.kit.Types().Continue(o.ctx, ismskit.System("test"), "account_request", "", last); err != nil {
			t.Fatal(err)
		}
	}
	if got := o.apply("P13", threeRows()).Number; got != "IS-04-012-115-0087" {
		t.Errorf("number %s", got)
	}
}

// A double click on 「預留」 takes one block, and is shown it twice.
func TestTheSameReservationTwiceIsOneBlock(t *testing.T) {
	eachStorePaper(t, func(t *testing.T, o *office) {
		ask := ismskit.Reservation{Type: "account_request", Count: 2, Reason: "機房停電一週，紙本辦理", Key: "click-1"}
		var first []ismskit.ReservedNumber
		for range 2 {
			block, err := o.kit.Records().PaperNumbers().Reserve(o.ctx, o.as("P10"), ask)
			if err != nil || len(block) != 2 || block[0].Number != "IS-04-012-115-0001" || block[1].Number != "IS-04-012-115-0002" {
				t.Fatalf("block %+v, %v", block, err)
			}
			if first == nil {
				first = block
			}
			if block[0].Block != first[0].Block {
				t.Errorf("blocks %s and %s", first[0].Block, block[0].Block)
			}
		}
		ask.Count = 3
		if _, err := o.kit.Records().PaperNumbers().Reserve(o.ctx, o.as("P10"), ask); !errors.Is(err, ismskit.ErrKeyReused) {
			t.Errorf("something else under the same key: %v", err)
		}
		o.numbers("IS-04-012-115-0001 free", "IS-04-012-115-0002 free")
		// They are listed with the name of who changed each last, as they were shown when taken.
		listed, err := o.kit.Records().PaperNumbers().List(o.ctx, o.as("P10"), "account_request")
		if err != nil || len(listed) == 0 || listed[0].By != "龔怡安" || first[0].By != listed[0].By {
			t.Errorf("changed by %+v, %v", listed, err)
		}
	})
}

// Two enter papers under one number in the same instant: one of them is told so, at the
// field.
func TestOneNumberIsUsedOnce(t *testing.T) {
	onEveryStore(t, func(t *testing.T, store ismskit.Store) {
		o := paperOffice(t, store)
		values := o.onPaper(o.reserve(1)[0].Number)
		var wg sync.WaitGroup
		results := make([]error, 4)
		for i := range results {
			wg.Go(func() {
				_, results[i] = o.kit.Open(o.ctx, o.as("P10"), ismskit.Opening{Type: "account_request_paper", Applicant: "P13", Values: values, Submit: true})
			})
		}
		wg.Wait()
		entered := 0
		for _, err := range results {
			if err == nil {
				entered++
				continue
			}
			o.refusedAt(err, "paper_number", "編號「IS-04-012-115-0001」已有補登案件，不能重複使用，請核對紙本。")
		}
		if entered != 1 {
			t.Errorf("entered %d times", entered)
		}
	})
}
