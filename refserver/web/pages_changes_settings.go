package web

import (
	"net/http"
	"strings"
	"time"

	"github.com/ismskit/ismskit/ismskit"
)

// digestShown is how much of a definition's digest the page shows: enough to tell it from another.
const digestShown = 12

// setUpTexts are what is set up is called.
var setUpTexts = map[string]string{
	"program": "settings.program", "language": "settings.language", "location": "settings.location", "calendar": "settings.calendar",
	"morning_mail": "settings.morning_mail", "max_upload": "settings.max_upload", "remember_keys": "settings.remember_keys",
	"reauth_within": "settings.reauth_within", "uploads": "settings.uploads", "mail": "settings.mail", "scanner": "settings.scanner",
	"printer": "settings.printer", "certificates": "settings.certificates", "time_source": "settings.time_source",
	"check_key": "settings.check_key", "directory": "settings.directory", "signer": "settings.signer",
}

// settingChanges tells what a program brought, or what is set up otherwise, in words. Settings of
// the host stand by the names that it gave them.
func (p *Pages) settingChanges(r *http.Request, e ismskit.Entry) []ismskit.RowDifference {
	var out []ismskit.RowDifference
	for _, c := range e.Changes {
		from, _ := c.From.(string)
		to, _ := c.To.(string)
		d := ismskit.RowDifference{Label: c.Name, From: p.settingValue(r, from), To: p.settingValue(r, to)}
		if key, ok := setUpTexts[c.Name]; ok {
			d.Label = p.text(r, key)
		}
		if key, ok := strings.CutPrefix(c.Name, ismskit.ChangedType); ok {
			d.Label, d.To = p.formCalled(r, key), p.brought(r, to)
		} else if key, ok := strings.CutPrefix(c.Name, ismskit.ChangedCalendar); ok {
			d.Label, d.To = p.text(r, "settings.days", "Key", key), p.brought(r, to)
		} else if name, ok := strings.CutPrefix(c.Name, ismskit.ChangedRight); ok {
			d.Label = p.text(r, "settings.right", "Name", p.wordOr(r, rightTexts, name))
		} else if name, ok := strings.CutPrefix(c.Name, ismskit.ChangedWitness); ok {
			d.Label = p.text(r, "settings.witness", "Name", name)
		} else if name, ok := strings.CutPrefix(c.Name, ismskit.ChangedHost); ok {
			d.Label = p.wordOr(r, hostTexts, name)
		}
		out = append(out, d)
	}
	return out
}

// formCalled is a form by its title, and by its key, which the trail has.
func (p *Pages) formCalled(r *http.Request, key string) string {
	info, _, err := p.kit.Types().Get(r.Context(), p.actor(r), key)
	if err != nil { // none of this program, or not for him: the trail's own word
		return p.text(r, "settings.type", "Key", key)
	}
	return p.text(r, "settings.type_called", "Key", key, "Name", info.Title.In(p.lang(r)))
}

// rightTexts and hostTexts are what rights and what a host sets are called; the host's own
// settings beside these stand by their names.
var (
	rightTexts = map[string]string{
		"read_all": "settings.read_all", "overview": "settings.overview", "manage_people": "settings.manage_people", "manage_lists": "settings.manage_lists",
		"manage_docs": "settings.manage_docs", "manage_queue": "settings.manage_queue", "manage_records": "settings.manage_records", "manage_types": "settings.manage_types",
	}
	hostTexts = map[string]string{
		"db": "settings.db", "agency": "settings.agency", "url": "settings.url", "smtp": "settings.smtp", "from": "settings.sender", "checkpoint-folder": "settings.checkpoint_folder",
		"checkpoint-mail": "settings.checkpoint_mail", "checkpoint-cosigner": "settings.cosigner", "checkpoint-cosigner-key": "settings.cosigner_key",
		"time-source": "settings.time_source", "certificates": "settings.issuers", "clamd": "settings.scanner", "trusted-proxy": "settings.proxy",
	}
)

func (p *Pages) wordOr(r *http.Request, texts map[string]string, name string) string {
	if key, ok := texts[name]; ok {
		return p.text(r, key)
	}
	return name
}

// settingValue is a value in words: that there is something, and a length of time.
func (p *Pages) settingValue(r *http.Request, value string) string {
	if value == "yes" {
		return p.text(r, "settings.yes")
	}
	d, err := time.ParseDuration(value)
	switch {
	case err != nil || d <= 0:
	case d%(24*time.Hour) == 0:
		return p.text(r, "settings.days_long", "N", int(d/(24*time.Hour)))
	case d%time.Minute == 0:
		return p.text(r, "settings.minutes", "N", int(d/time.Minute))
	}
	return value
}

// brought is a version that a program brought, with what tells its content from another's.
func (p *Pages) brought(r *http.Request, value string) string {
	version, digest, _ := strings.Cut(value, " ")
	return p.text(r, "settings.version", "Version", version, "Digest", digest[:min(len(digest), digestShown)])
}
