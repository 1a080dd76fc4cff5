package ismskit_test

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/workflow"
)

// lastTold is the newest thing somebody was told.
func (o *office) lastTold(person string) ismskit.Message {
	o.t.Helper()
	all := o.noticesOf(person)
	if len(all) == 0 {
		o.t.Fatalf("%s was told nothing", person)
	}
	return all[len(all)-1]
}

// Who asked others is told what they did: an opinion is no signature, and what he took away
// himself nobody did.
func TestWhoAskedIsToldWhatBecameOfIt(t *testing.T) {
	eachSigning(t, memoFlow, func(t *testing.T, o *office) {
		id := o.memo()
		back := func(want string) {
			t.Helper()
			o.minute()
			if m := o.lastTold("P11"); m.Rule != "back" || !strings.Contains(m.Subject, want+"，請繼續辦理") || !strings.Contains(m.Body, want) {
				t.Errorf("want %s: %s, %s", want, m.Subject, m.Body)
			}
		}
		ask := func(verb workflow.Verb, people ...string) {
			t.Helper()
			o.act("P11", id, ismskit.Action{Verb: verb, People: people, Comment: "請看"})
			o.minute()
		}
		ask(workflow.VerbConsult, "P04", "P05")
		o.act("P04", id, ismskit.Action{Verb: workflow.VerbApprove, Comment: "無意見"})
		o.act("P05", id, ismskit.Action{Verb: workflow.VerbDecline, Comment: "非權責"})
		back("江志恆已表示意見，賴思妤已退分")
		ask(workflow.VerbAddBefore, "P06")
		o.act("P06", id, ismskit.Action{Verb: workflow.VerbApprove})
		back("方冠宇已簽")
		ask(workflow.VerbDelegate, "P10")
		task := o.read("P10", id).Mine[0].ID
		o.act("P11", id, ismskit.Action{Verb: workflow.VerbRemoveSigner, Task: task, Comment: "找錯人了"})
		back("已取消龔怡安的交辦")
	})
}

// From whom something is taken that waited for him, he is told by whom and why, and who has it
// now; so is who acted for him, and nobody else.
func TestWhoHasSomethingTakenAwayIsToldSo(t *testing.T) {
	eachSigning(t, memoFlow, func(t *testing.T, o *office) {
		o.away("P11", 0, 20, "P12")
		o.until(monday.AddDate(0, 0, 2))
		taken := func(person string, want ...string) {
			t.Helper()
			o.minute()
			m := o.lastTold(person)
			if m.Rule != "taken_away" || m.Kind != ismskit.MessageRead {
				t.Fatalf("%s was told last: %s %s", person, m.Rule, m.Subject)
			}
			for _, part := range want {
				if !strings.Contains(m.Subject+"\n"+m.Body, part) {
					t.Errorf("%s: no %q in %s\n%s", person, part, m.Subject, m.Body)
				}
			}
		}
		id := o.memo()
		o.act("P12", id, ismskit.Action{Verb: workflow.VerbConsult, People: []string{"P10"}, Comment: "請表示意見"})
		o.minute()
		o.act("P12", id, ismskit.Action{Verb: workflow.VerbRemoveSigner, Task: o.read("P10", id).Mine[0].ID, Comment: "找錯人了"})
		taken("P10", "范語彤已取消加會", "加會（科長）", "理由：找錯人了")

		o.act("P04", id, ismskit.Action{Verb: workflow.VerbReassign, Task: o.read("P12", id).Mine[0].ID, People: []string{"P06"}, Comment: "科長須迴避"})
		taken("P11", "江志恆已改分給方冠宇", "理由：科長須迴避")
		taken("P12", "江志恆已改分給方冠宇", "理由：科長須迴避")
		if strings.Contains(o.lastTold("P11").Subject, "迴避") {
			t.Error("a reason stands in what a mail carries")
		}

		o.act("P06", id, ismskit.Action{Verb: workflow.VerbApprove})
		o.minute()
		o.act("P06", id, ismskit.Action{Verb: workflow.VerbTakeBack, Comment: "意見寫錯"})
		taken("P01", "方冠宇已取回前一關的簽核", "理由：意見寫錯")

		o.act("P13", id, ismskit.Action{Verb: workflow.VerbWithdraw, Comment: "改採他法"})
		taken("P06", "鍾明哲已撤案", "理由：改採他法")
		o.rules("P04") // he took something away, and had nothing
	})
}

// Who was told is found also in a case of which more was told since than is read at once, and so
// is whether any of it left by mail.
func TestWhoWasToldLongAgoHearsThatItIsTakenAway(t *testing.T) {
	eachSigning(t, memoFlow, func(t *testing.T, o *office) {
		id := o.memo()
		o.act("P11", id, ismskit.Action{Verb: workflow.VerbConsult, People: []string{"P10"}, Comment: "請表示意見"})
		o.until(monday.AddDate(0, 0, 1)) // he is mailed that it came
		task := o.read("P10", id).Mine[0].ID
		err := o.store.Update(o.ctx, func(ctx context.Context, tx ismskit.Tx) error {
			for i := range 1001 {
				m := ismskit.Message{
					ID: "more/" + strconv.Itoa(i), Person: "P10", Case: id, Task: "other", Rule: "opened", Kind: ismskit.MessageAction,
					Subject: "簽", Created: o.now.Add(time.Duration(i) * time.Millisecond), Gone: o.now.Add(time.Second),
				}
				if err := tx.Queue().PutMessage(ctx, m); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		o.minute()
		o.act("P11", id, ismskit.Action{Verb: workflow.VerbRemoveSigner, Task: task, Comment: "找錯人了"})
		o.until(monday.AddDate(0, 0, 2))
		told := o.noticesOf("P10")
		i := slices.IndexFunc(told, func(m ismskit.Message) bool { return m.Rule == "taken_away" })
		if i < 0 {
			t.Fatalf("he was not told, of %d messages", len(told))
		}
		if told[i].Mail == "" {
			t.Error("he was mailed that it came, and not that it is gone")
		}
	})
}

// minute lets a minute pass, with what is to be told in it.
func (o *office) minute() {
	o.t.Helper()
	o.until(o.now.Add(time.Minute))
}
