package web_test

import (
	"errors"
	"html"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/kittest"
	"github.com/ismskit/ismskit/ismskit/register"
	"github.com/ismskit/ismskit/refserver/web/webtest"
)

func TestNoticesInTheWordsTheyWereSent(t *testing.T) {
	h := webtest.OpenHouse(t)
	admin := h.As(t, "P06")
	page := admin.Get("/notices").Says(t, 200, "未讀 2 則", "IS-04-012-115-0087（第 3 列）將於 115.11.24 到期", "到期前提醒", "逾期稽催", "已讀或已辦", "到件通知", "115.11.23 08:20 通知", "/cases/")
	ids := regexp.MustCompile(`name="id" value="([^"]+)"`).FindAllStringSubmatch(page.Text, -1)
	if len(ids) < 2 {
		t.Fatal("nothing to mark")
	}
	// Somebody else's notice stays unread, whatever is sent.
	h.As(t, "P13").Post("/notices/read", "id", html.UnescapeString(ids[0][1]))
	admin.Get("/notices").Says(t, 200, "未讀 2 則")
	admin.Post("/notices/read", "id", html.UnescapeString(ids[0][1])).Says(t, 200, "未讀 1 則", "已將 1 則標為已讀。")
	admin.Get("/notices?tab=mail").Says(t, 200, "目前沒有寄給您的郵件。") // the demonstration was loaded with mail held back
	h.As(t, "P01").Get("/notices").Says(t, 200, "通知")
}

// The menu counts what the page of notices lists as unread: a mail that says it again is no
// other notice. Once all are marked, nothing is left to count.
func TestTheMenuCountsTheUnreadNoticesOfThePage(t *testing.T) {
	box := &kittest.Mailbox{}
	h := webtest.OpenHouseWith(t, func(c *ismskit.Config) { c.Notifier = box })
	h.Apply(t)
	h.Until(t, webtest.Morning.Add(48*time.Hour))
	if len(box.To("P12")) == 0 {
		t.Fatal("no mail has left")
	}
	reader := h.As(t, "P12") // stands in for the head
	page := reader.Get("/notices")
	listed := strings.Count(page.Text, `<li class="told__new">`)
	page.Says(t, 200, "未讀 "+strconv.Itoa(listed)+" 則", "通知 "+strconv.Itoa(listed)+" 則")
	form := page.Text[strings.Index(page.Text, `action="/notices/read"`):]
	form = form[:strings.Index(form, "</form>")]
	var all []string
	for _, id := range regexp.MustCompile(`name="id" value="([^"]+)"`).FindAllStringSubmatch(form, -1) {
		all = append(all, "id", html.UnescapeString(id[1]))
	}
	reader.Post("/notices/read", all...).Says(t, 200, "已將 "+strconv.Itoa(listed)+" 則標為已讀。").Not(t, "全部標為已讀", "未讀 ")
	reader.Get("/").Says(t, 200, "通知 0 則")
}

// Where no mail server is set up, nobody is left waiting for a mail.
func TestPagesSayThatNoMailIsSent(t *testing.T) {
	const unsent, promised = "本系統不寄送郵件", "寄信通知"
	h := webtest.OpenHouse(t)
	h.As(t, "P06").Get("/notices").Says(t, 200, unsent, "尚未設定郵件伺服器")
	h.As(t, "P06").Get("/notices?tab=mail").Says(t, 200, unsent, "目前沒有寄給您的郵件。").Not(t, "每個工作日上午最多一封")
	h.As(t, "P06").Get("/notices?lang=en").Says(t, 200, "No mail leaves this system.")
	h.As(t, "P15").Get("/").Says(t, 200, "目前沒有待辦事項。", "不寄送郵件").Not(t, promised)

	h = webtest.OpenHouseWith(t, func(c *ismskit.Config) { c.Notifier = &kittest.Mailbox{} })
	h.As(t, "P06").Get("/notices?tab=mail").Says(t, 200, "每個工作日上午最多一封").Not(t, unsent)
	h.As(t, "P15").Get("/").Says(t, 200, promised).Not(t, "不寄送郵件")
}

// A mail that left in the morning stands on its reader's page in the very words that
// left, and on nobody else's.
func TestAMailIsKeptInTheWordsItWasSent(t *testing.T) {
	box := &kittest.Mailbox{}
	h := webtest.OpenHouseWith(t, func(c *ismskit.Config) { c.Notifier = box })
	at := h.Apply(t)
	h.Until(t, webtest.Morning.Add(24*time.Hour))
	mails := box.To("P12") // stands in for the head
	mails = slices.DeleteFunc(mails, func(m ismskit.Mail) bool { return !strings.HasPrefix(m.ID, "digest|") })
	if len(mails) == 0 {
		t.Fatal("no mail left in the morning")
	}
	page := h.As(t, "P12").Get("/notices?tab=mail").Says(t, 200, "寄給您的郵件")
	text := html.UnescapeString(page.Text)
	for _, mail := range mails {
		if !strings.Contains(text, ">"+mail.Subject+"<") {
			t.Errorf("the subject %q is missing", mail.Subject)
		}
		_, said, _ := strings.Cut(mail.Body, "\n\n") // after the greeting
		said = said[:strings.LastIndex(strings.TrimSpace(said), "\n\n")]
		for line := range strings.SplitSeq(said, "\n") {
			if !strings.Contains(text, line) {
				t.Errorf("the line %q is missing", line)
			}
		}
	}
	number := regexp.MustCompile(`IS-04-[0-9-]+[0-9]`).FindString(h.As(t, "P12").Get(at).Text)
	if number == "" || !strings.Contains(text, number) {
		t.Errorf("the mail does not name the case %q", number)
	}
	h.As(t, "P18").Get("/notices?tab=mail").Says(t, 200).Not(t, number)
}

// What one is told of again and again without reading it is one line to read, which says
// how often it was told and since when.
func TestWhatIsToldAgainIsOneLine(t *testing.T) {
	h := webtest.OpenHouse(t)
	at := h.Apply(t)
	h.Until(t, webtest.Morning.AddDate(0, 3, 0))
	page := h.As(t, "P13").Get("/notices")
	unread, _, _ := strings.Cut(page.Text, `id="earlier"`)
	if n := strings.Count(unread, `href="`+at+`"`); n != 1 {
		t.Errorf("%d unread notices of one case", n)
	}
	page.Says(t, 200, "承辦逾期", "同一事項另有 3 則未讀，併於本則，首則 115.1")
	h.As(t, "P13").Get("/notices?lang=en").Says(t, 200, "in place of 3 unread notices of the same, the first of ")
}

// A mail that could not be sent, however often it was tried, does not stand there as one that
// is still to leave: its reader sees that it was given up, and those who look after the system
// are told by their notices. Once it has been driven again and has left, it says so.
func TestAMailThatWasGivenUpSaysSo(t *testing.T) {
	box := &kittest.Mailbox{}
	h := webtest.OpenHouseWith(t, func(c *ismskit.Config) { c.Notifier = box })
	const waits, gone = "尚未寄出", "郵件未能寄出，系統不再重試"
	box.Fail(errors.New("451 try again later"))
	h.Apply(t)
	h.Until(t, webtest.Morning.Add(23*time.Hour+32*time.Minute)) // two minutes after it was to leave
	h.As(t, "P12").Get("/notices?tab=mail").Says(t, 200, waits).Not(t, gone)
	h.Until(t, webtest.Morning.Add(46*time.Hour))
	h.As(t, "P12").Get("/notices?tab=mail").Says(t, 200, gone).Not(t, waits)
	h.As(t, "P12").Get("/notices").Says(t, 200, gone)
	h.As(t, "P05").Get("/notices").Says(t, 200, "背景作業無法完成", "請查明原因後重新執行")

	box.Fail(nil)
	admin := ismskit.Actor{Person: "P05", Channel: "test"}
	dead, err := h.Kit.Queue().Dead(t.Context(), admin, ismskit.JobFilter{})
	if err != nil || len(dead) == 0 {
		t.Fatalf("nothing was given up: %v", err)
	}
	for _, job := range dead {
		if err := h.Kit.Queue().Redrive(t.Context(), admin, job.ID); err != nil {
			t.Fatal(err)
		}
	}
	h.Settle(t)
	h.As(t, "P12").Get("/notices?tab=mail").Says(t, 200, "寄出郵件").Not(t, waits, gone)
}

// Nor does the mail of somebody whose address is not entered wait for ever.
func TestAMailWithoutAnAddressSaysSo(t *testing.T) {
	h := webtest.OpenHouseWith(t, func(c *ismskit.Config) { c.Notifier = &kittest.Mailbox{} })
	lists, system := h.Kit.Registers(), ismskit.System("test")
	row, _, err := lists.Get(t.Context(), system, register.People, "P12")
	if err != nil {
		t.Fatal(err)
	}
	fields, err := lists.Fields(t.Context(), system, row)
	if err != nil {
		t.Fatal(err)
	}
	fields = fields.Clone()
	delete(fields, "email")
	if _, err := lists.Put(t.Context(), system, ismskit.RowChange{List: register.People, ID: "P12", Seen: row.Revision, Values: fields}); err != nil {
		t.Fatal(err)
	}
	h.Apply(t)
	h.Until(t, webtest.Morning.Add(24*time.Hour))
	h.As(t, "P12").Get("/notices?tab=mail").Says(t, 200, "未寄出郵件，您未登錄電子郵件地址").Not(t, "尚未寄出")
}
