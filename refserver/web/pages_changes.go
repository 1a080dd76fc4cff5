package web

import (
	"net/http"
	"strconv"
	"time"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/workflow"
)

// changesPage is the model of changes.html: 系統異動紀錄.
type changesPage struct {
	Logs  []option
	Log   string
	Lines []changeLine
	Older string // address of those before

	// Of the changes of lists (listLog).
	Rows     []rowChangeLine
	Lists    []option
	Days     []dayAsked
	Faults   []faultLink
	Narrowed bool // not all of them were asked for

	Once string // how often who looks at the same thing again is noted, of LogOpenings
}

type changeLine struct {
	At            time.Time
	Who           workflow.Signer
	Unknown       bool
	What, Subject string
	Href          string
	Changes       []ismskit.RowDifference // of what is set up
}

const changesShown = 50

var systemLogs = []ismskit.SystemLog{ismskit.LogSignIns, ismskit.LogAccounts, ismskit.LogOpenings, ismskit.LogExports, ismskit.LogImports, ismskit.LogSettings}

var logTexts = map[ismskit.SystemLog]string{
	ismskit.LogSignIns: "changes.signins", ismskit.LogOpenings: "changes.openings", ismskit.LogExports: "changes.exports", ismskit.LogAccounts: "changes.accounts",
	ismskit.LogSettings: "changes.settings", ismskit.LogImports: "changes.imports",
}

var changeTexts = map[workflow.Verb]string{
	ismskit.VerbSignIn: "changes.signed_in", ismskit.VerbRefused: "changes.refused", ismskit.VerbOpened: "changes.opened", ismskit.VerbExport: "changes.exported",
	ismskit.VerbAccountGiven: "changes.account_given", ismskit.VerbPasswordGiven: "changes.password_given",
	ismskit.VerbAccountDisabled: "changes.account_disabled", ismskit.VerbAccountEnabled: "changes.account_enabled",
	ismskit.VerbAccountUnlocked: "changes.account_unlocked", ismskit.VerbTokenRevoked: "changes.token_revoked",
	ismskit.VerbAccountKept: "changes.account_kept", ismskit.VerbPublished: "changes.published", ismskit.VerbConfigured: "changes.configured",
	ismskit.VerbImportBegun: "changes.import_begun", ismskit.VerbImportStopped: "changes.import_stopped", ismskit.VerbImportEnded: "changes.import_ended",
}

// operatorChannel is what the trail calls the command line of the server's machine.
const operatorChannel = "operator"

// channelTexts are the doors people sign in at.
var channelTexts = map[string]string{channel: "changes.by_web", "api": "changes.by_api"}

// systemChanges shows what was changed in the lists, who came in, who opened what is
// classified, and who took records out of the house, for those who look after the evidence.
func (p *Pages) systemChanges(w http.ResponseWriter, r *http.Request) {
	log := ismskit.SystemLog(r.URL.Query().Get("log"))
	if log == "" {
		log = listLog
	}
	page := changesPage{Log: string(log), Logs: []option{{Value: listLog, Label: p.text(r, "changes.of_lists"), Checked: log == listLog}}}
	for _, l := range systemLogs {
		page.Logs = append(page.Logs, option{Value: string(l), Label: p.text(r, logTexts[l]), Checked: l == log})
	}
	if log == listLog {
		p.listChanges(w, r, page)
		return
	}
	if log == ismskit.LogOpenings {
		page.Once = p.text(r, "changes.opened_once", "N", int(ismskit.OpeningEvery.Minutes()))
	}
	before, err := strconv.ParseInt(r.URL.Query().Get("before"), 10, 64)
	if err != nil || before < 0 {
		before = 0 // from the newest
	}
	entries, err := p.kit.Evidence().System(r.Context(), p.actor(r), log, before, changesShown)
	if err != nil {
		p.fail(w, r, err)
		return
	}
	for _, e := range entries {
		line := changeLine{At: e.At, Who: *p.onPage(r, &e.By), Unknown: e.By.Person == ismskit.UnknownPerson, What: p.text(r, changeTexts[e.Verb])}
		switch {
		case e.Verb == ismskit.VerbOpened:
			p.openedItem(r, &line, e)
		case log == ismskit.LogSignIns && channelTexts[e.Channel] != "":
			line.Subject = p.text(r, channelTexts[e.Channel])
			if e.Result == ismskit.NotInOffice {
				line.Subject = p.text(r, "changes.not_in_office", "Door", line.Subject)
			}
		case log == ismskit.LogImports:
			line.Subject, line.Href = p.text(r, "changes.import_of", "Package", e.Type, "Reason", e.Comment), intakePath+"/"+e.Number
		case log == ismskit.LogSettings:
			line.Changes = p.settingChanges(r, e.Entry)
		case log == ismskit.LogAccounts:
			line.Subject, line.Href = p.text(r, "changes.login", "Login", e.Number, "Name", e.Comment), "/people/"+e.Result
			if e.Channel == operatorChannel {
				line.Subject += p.text(r, "changes.by_operator")
			}
		case e.Verb == ismskit.VerbExport && e.Type == ismskit.ExportedList:
			line.What, line.Subject = p.text(r, "changes.exported_list"), p.text(r, "changes.records", "Count", e.Number)
		case e.Verb == ismskit.VerbExport && e.Type == ismskit.ExportedDocuments:
			line.What, line.Subject = p.text(r, "changes.exported_documents"), p.text(r, "changes.documents", "Count", e.Number)
		case e.Verb == ismskit.VerbExport && e.Type == ismskit.ExportedRows:
			line.What, line.Subject = p.text(r, "changes.exported_rows"), p.text(r, "changes.rows", "Count", e.Number)
		case e.Verb == ismskit.VerbExport:
			line.Subject = p.text(r, "changes.cases", "Count", e.Number)
		}
		if log == ismskit.LogExports {
			p.askedFor(r, &line, e.Effects)
		}
		page.Lines = append(page.Lines, line)
	}
	if n := len(entries); n == changesShown && entries[n-1].Seq > 1 {
		page.Older = "/changes?log=" + string(log) + "&before=" + strconv.FormatInt(entries[n-1].Seq, 10)
	}
	p.page(w, r, "changes", page)
}
