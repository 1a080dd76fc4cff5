package ismskit_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/certificate"
	"github.com/ismskit/ismskit/ismskit/record"
	"github.com/ismskit/ismskit/storage/memory"
	"github.com/ismskit/ismskit/storage/storagetest"
	"github.com/ismskit/ismskit/workflow"
)

// in puts a member into a step's description.
func in(step, member string) string { return strings.Replace(step, `"who"`, member+`,"who"`, 1) }

// stays has the officer try to move a case, and says why it stays where it is.
func (o *office) stays(id string) (because []string) {
	o.t.Helper()
	line := o.toMigrate(ismskit.MigrationQuery{Type: "memo"}, id)
	for _, t := range line.Stands {
		because = append(because, t.In("zh-TW"))
	}
	result := o.migrate(ismskit.Migrate{Type: "memo", Reason: "修訂", Cases: []ismskit.MigrateItem{{Case: id, Revision: line.Revision}}})[0]
	refused, is := errors.AsType[*ismskit.Stays](result.Err)
	if is != (len(because) > 0) || is && !slices.Equal(refused.In("zh-TW"), because) {
		o.t.Errorf("the preview says %q, the act %v", because, result.Err)
	}
	return because
}

// What the people of a step must not read stays hidden from them, though the other version
// hides it from those of another.
func TestWhatAStepHidesStaysHiddenAfterAMove(t *testing.T) {
	v1 := memoVersion(t, "1", nil, in(memoHead, `"hide":["note"]`), memoChief)
	v2 := memoVersion(t, "2", nil, memoHead, in(memoChief, `"hide":["note"]`))
	o := openOfficeWith(t, nil, func(c *ismskit.Config) { c.Types = append(c.Types, v1) })
	id := o.open("P13", "memo", forms.Values{"subject": "檢舉", "note": "秘密證人"}, true).Case
	o = o.publishes(v1, v2)
	if why := o.stays(id); len(why) != 1 || !strings.Contains(why[0], "新版對其顯示") {
		t.Errorf("it stays because of %q", why)
	}
	if read := o.read("P11", id).Fields["note"]; read != nil {
		t.Errorf("the head reads %v", read)
	}
}

// What the head signed is what his signature rests on: he is asked again where it changes,
// also by a version in which he would not be.
func TestASignatureRestsAfterAMoveOnWhatItRestedOn(t *testing.T) {
	chief := in(memoChief, `"edit":["subject"]`)
	v1, v2 := memoVersion(t, "1", nil, memoHead, chief), memoVersion(t, "2", nil, in(memoHead, `"material":[]`), chief)
	o := openOfficeWith(t, nil, func(c *ismskit.Config) { c.Types = append(c.Types, v1) })
	signed, unsigned := o.memo(), o.memo()
	o.act("P11", signed, ismskit.Action{Verb: workflow.VerbApprove})
	o = o.publishes(v1, v2)
	if why := o.stays(signed); len(why) != 1 || !strings.Contains(why[0], "已核章，新版據以核章的欄位不同") {
		t.Errorf("it stays because of %q", why)
	}
	if why := o.stays(unsigned); len(why) > 0 {
		t.Errorf("what nobody has signed stays because of %q", why)
	}
	o.act("P01", signed, ismskit.Action{Verb: workflow.VerbApprove, Values: forms.Values{"subject": "另一件事"}})
	if c := o.read("P13", signed); c.Phase == string(workflow.PhaseClosed) {
		t.Error("the head's signature stands on a subject that he never saw")
	}
}

// A text that another version reads as a number would be another value.
func TestNoValueBecomesAnotherByAMove(t *testing.T) {
	number := func(src string) string {
		return strings.Replace(src, `"key":"note","type":"text"`, `"key":"note","type":"decimal"`, 1)
	}
	v1, v2 := memoVersion(t, "1", nil, memoHead, memoChief), memoVersion(t, "2", number, memoHead, memoChief)
	o := openOfficeWith(t, nil, func(c *ismskit.Config) { c.Types = append(c.Types, v1) })
	id := o.open("P13", "memo", forms.Values{"subject": "編號", "note": "0012"}, true).Case
	was := string(o.stored(id).Values)
	o = o.publishes(v1, v2)
	if why := o.stays(id); len(why) != 1 || !strings.Contains(why[0], "會變成不同的值") {
		t.Errorf("it stays because of %q", why)
	}
	if is := string(o.stored(id).Values); is != was {
		t.Errorf("stored is %s, was %s", is, was)
	}
}

// Whoever moves cases and takes no part in one is told that somebody has both of two steps that
// the other version keeps apart, and not who.
func TestWhoMovesACaseLearnsNoNames(t *testing.T) {
	beside := strings.Replace(memoBeside, `"P04"`, `"P11"`, 1)
	v1 := memoVersion(t, "1", nil, memoHead, beside, memoChief)
	v2 := memoVersion(t, "2", nil, memoHead, in(beside, `"not_same_as":["head"]`), memoChief)
	o := openOfficeWith(t, nil, func(c *ismskit.Config) { c.Types = append(c.Types, v1) })
	id := o.memo()
	o.act("P11", id, ismskit.Action{Verb: workflow.VerbApprove})
	o = o.publishes(v1, v2)
	if why := o.stays(id); len(why) != 1 || !strings.Contains(why[0], "有人兩者皆有") || strings.Contains(why[0], "邱柏叡") {
		t.Errorf("it stays because of %q", why)
	}
}

// Nobody decides by which rules his own request is decided.
func TestNobodyMovesHisOwnCase(t *testing.T) {
	v1, v2 := memoVersion(t, "1", nil, memoHead, memoChief), memoVersion(t, "2", nil, memoHead)
	o := openOfficeWith(t, nil, func(c *ismskit.Config) { c.Types = append(c.Types, v1) })
	own := o.open("P04", "memo", forms.Values{"subject": "自己的案件"}, true).Case
	o = o.publishes(v1, v2)
	if why := o.stays(own); len(why) != 1 || !strings.Contains(why[0], "請由其他人辦理轉用") {
		t.Errorf("it stays because of %q", why)
	}
}

// An applicant who has been told by when to send it again keeps that day.
func TestTheTermForCorrectingStaysAfterAMove(t *testing.T) {
	v1, v2 := memoVersion(t, "1", nil, memoHead, memoChief), memoVersion(t, "2", nil, memoHead, memoChief)
	v2.Correct = "1wd"
	o := openOfficeWith(t, nil, func(c *ismskit.Config) { c.Types = append(c.Types, v1) })
	id := o.memo()
	o.act("P11", id, ismskit.Action{Verb: workflow.VerbReturn, To: workflow.Applicant, Comment: "請補正"})
	o = o.publishes(v1, v2)
	if why := o.stays(id); len(why) != 1 || !strings.Contains(why[0], "補正的期限") {
		t.Errorf("it stays because of %q", why)
	}
}

// The same request again has the outcome of the first, whatever has become of the case since;
// another one under its key is refused.
func TestTheSameMoveTwiceIsOne(t *testing.T) {
	onStores(t, func(t *testing.T, store ismskit.Store) {
		v1, v2 := memoVersion(t, "1", nil, memoHead, memoChief), memoVersion(t, "2", nil, memoHead, memoChief, memoOfficer)
		o := openOfficeWith(t, store, func(c *ismskit.Config) { c.Types = append(c.Types, v1) })
		id := o.memo()
		o = o.publishes(v1, v2)
		m := ismskit.Migrate{Type: "memo", Key: "k", Reason: "修訂", Cases: []ismskit.MigrateItem{{Case: id, Revision: o.toMigrate(ismskit.MigrationQuery{Type: "memo"}, id).Revision}}}
		first := o.migrate(m)[0]
		if first.Err != nil || first.Already || first.Receipt.Repeated {
			t.Fatalf("moved: %+v", first)
		}
		o.act("P11", id, ismskit.Action{Verb: workflow.VerbApprove})
		if again := o.migrate(m)[0]; again.Err != nil || !again.Receipt.Repeated || again.Receipt.Revision != first.Receipt.Revision {
			t.Errorf("again: %+v, the first was %+v", again, first)
		}
		m.Reason = "另一理由"
		if other := o.migrate(m)[0]; !errors.Is(other.Err, ismskit.ErrKeyReused) {
			t.Errorf("another reason under the same key: %+v", other)
		}
		m.Key = ""
		if already := o.migrate(m)[0]; already.Err != nil || !already.Already {
			t.Errorf("without a key: %+v", already)
		}
	})
}

// What a version hides besides would still be read in the rows that are open.
func TestRowsUnderWayShowWhatTheyShowed(t *testing.T) {
	types := hiringTypes(t, "what")
	shown := func(typ ismskit.Type) ismskit.Type {
		typ.Flow.Root.Sequence = slices.Clone(typ.Flow.Root.Sequence)
		step := *typ.Flow.Root.Sequence[0].Step
		step.Hide = nil
		typ.Flow.Root.Sequence[0].Step = &step
		return typ
	}
	open, row, next := shown(types[0]), shown(types[1]), types[0]
	next.Version, next.Form.Version, next.Flow.Version = "2", "2", "2"
	o := openOffice(t, nil)
	o.extend(func(c *ismskit.Config) { c.Types = append(c.Types, open, row) })
	values := forms.Values{"what": "補實職缺", "reason": "前任停職", "lines": []forms.Row{{forms.RowID: "aaaa", "job": "戶籍員", "grade": "玖等三級"}}}
	id := o.open("P13", "hiring", values, true).Case
	o.act("P11", id, ismskit.Action{Verb: workflow.VerbApprove})
	o.settle()
	o.extend(func(c *ismskit.Config) {
		c.Types = append(c.Types, open, row, next)
		c.Rights.ManageTypes = []string{"organisation/security_officer"}
	})
	line := o.toMigrate(ismskit.MigrationQuery{Type: "hiring"}, id)
	if len(line.Stands) == 0 || !strings.Contains(line.Stands[0].In("zh-TW"), "另對部分人員不顯示") {
		t.Errorf("it stays because of %v", line.Stands)
	}
}

// A case that this program cannot read is found in the archive all the same, and takes
// nothing from the others.
func TestOneUnreadableCaseLeavesTheArchiveReadable(t *testing.T) {
	typ := memoVersion(t, "1", nil, memoHead, memoChief)
	typ.SubjectIn = forms.Text{"en": "On {subject}"}
	o := openOfficeWith(t, nil, func(c *ismskit.Config) { c.Types = append(c.Types, typ) })
	broken, whole := o.memo(), o.memo()
	row := o.stored(broken)
	row.Values, row.Revision = []byte(`{"subject":7}`), row.Revision+1
	if err := o.store.Update(o.ctx, func(ctx context.Context, tx ismskit.Tx) error { return tx.Cases().Update(ctx, row, nil, nil) }); err != nil {
		t.Fatal(err)
	}
	found, err := o.kit.Records().Find(o.ctx, o.as("P13"), record.Query{Types: []string{"memo"}, Limit: 10})
	if err != nil || len(found.Records) != 2 || found.SubjectIn[whole] == nil || found.SubjectIn[broken] != nil {
		t.Errorf("found %d, %v, %v", len(found.Records), found.SubjectIn, err)
	}
}

// A version whose certificates nothing checks is no worse than the one a case goes by, where
// nothing checks that one's either.
func TestNoCaseStaysBecauseOfCertificatesThatItsOwnVersionAsksFor(t *testing.T) {
	issued := openCards(t, memoFlow)
	verifier, err := certificate.FromFile(issued.file)
	if err != nil {
		t.Fatal(err)
	}
	store := storagetest.Twice(memory.New())
	o := openOfficeWith(t, store, func(cfg *ismskit.Config) {
		changing(memo(t, memoFlow))(cfg)
		cfg.Certificates = verifier
	})
	publish := func(asks workflow.CertificateRule, reason string) {
		t.Helper()
		d := o.draftOf("memo")
		n, err := d.Flow.At("root.sequence[1]")
		if err != nil {
			t.Fatal(err)
		}
		n.Step.Certificate = asks
		flow, err := d.Flow.Put("root.sequence[1]", n)
		if err != nil {
			t.Fatal(err)
		}
		o.brings(o.saves(d, flow), reason)
	}
	plain := o.memo()
	publish("must", "須憑證簽章")
	signed := o.memo()
	publish("later", "得事後補簽")
	o = openOfficeAt(t, store, o.now, changing(memo(t, memoFlow)))
	for id, want := range map[string]bool{plain: true, signed: false} {
		moved := o.migrate(ismskit.Migrate{Type: "memo", To: "1-2", Cases: []ismskit.MigrateItem{{Case: id, Revision: o.read("P13", id).Revision}}, Reason: "試"})
		stays, _ := errors.AsType[*ismskit.Stays](moved[0].Err)
		if got := stays != nil && strings.Contains(strings.Join(stays.In("zh-TW"), " "), "憑證簽章"); got != want {
			t.Errorf("it stays because of certificates: %v, want %v: %v", got, want, moved[0].Err)
		}
	}
}
