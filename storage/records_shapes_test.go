package storage_test

import (
	"fmt"
	"strings"
	"time"

	"github.com/ismskit/ismskit/ismskit/record"
)

// recordsShape is a question to the archive, and how somebody would write it by hand who knows
// the tables, how many records there are of what, and how frequent the word is.
type recordsShape struct {
	name  string
	query func(i int) record.Query // the i-th reader's
	where string                   // beyond who may see it and which kinds; the same as in query
	by    string                   // what is read in filed order: an index of records, or a facet; "" for what the reader sees
	lead  string                   // the ids looked at one by one instead; "text" for those of the word
	text  string                   // the word, where one is looked for
	count *record.Facet            // counted by it instead of listed
}

// recordsReader is who asks.
type recordsReader struct {
	name  string
	query func(unit int) record.Query
}

var (
	aHead      = recordsReader{"head", archiveReader}         // reads all of his unit
	aColleague = recordsReader{"colleague", archiveColleague} // reads four forms of his unit
	aPerson    = recordsReader{"person", archivePart}         // reads what he took part in, and what waits for him
	anAuditor  = recordsReader{"auditor", archiveAudit}       // reads most of all units
	aKeeper    = recordsReader{"keeper", archiveAll}          // reads all
)

// pageKinds are what the page of records lists unless rows of requests are asked for too.
var pageKinds = []string{"case", "document", "upload"}

// recordsShapes are what the page of records, the API and the Kit ask for.
func recordsShapes() []recordsShape {
	deep := archiveBegin.Add(2 * 365 * 24 * time.Hour)
	month := archiveBegin.Add(900 * 24 * time.Hour)
	var shapes []recordsShape
	ask := func(name string, who recordsReader, change func(q *record.Query, i int), s recordsShape) {
		s.name = name + "-" + who.name
		s.query = func(i int) record.Query {
			q := who.query(i % archiveUnits)
			q.Limit, q.Kinds = 50, pageKinds
			if change != nil {
				change(&q, i)
			}
			return q
		}
		shapes = append(shapes, s)
	}
	broad := func(who recordsReader, index string) string { // what somebody reads along who sees most of it
		if who.name == "auditor" || who.name == "keeper" {
			return index
		}
		return ""
	}
	all := []recordsReader{aHead, aColleague, aPerson, anAuditor, aKeeper}
	three := []recordsReader{aHead, anAuditor, aKeeper}

	for _, who := range all {
		ask("first", who, nil, recordsShape{})
		ask("deep", who, func(q *record.Query, i int) {
			q.After = record.Cursor{Filed: deep.Add(time.Duration(i) * time.Hour), ID: "case/"}
		}, recordsShape{})
		form := archiveForm(3)
		ask("form", who, func(q *record.Query, _ int) { q.Forms = []string{form} }, recordsShape{where: "r.form = '" + form + "'", by: broad(who, "form")})
		crossed := archiveForm(20)
		ask("crossed", who, func(q *record.Query, _ int) {
			q.Forms, q.Years, q.States = []string{crossed}, []int{111}, []string{"rejected"}
		}, recordsShape{where: "r.form = '" + crossed + "' AND r.year = 111 AND r.state = 'rejected'", by: broad(who, "form_year")})
	}
	for _, who := range three {
		facet := func(name string, change func(q *record.Query), where, index string) {
			ask(name, who, func(q *record.Query, _ int) { change(q) }, recordsShape{where: where, by: index})
		}
		facet("year", func(q *record.Query) { q.Years = []int{111} }, "r.year = 111", broad(who, "year"))
		facet("years", func(q *record.Query) { q.Years = []int{110, 112} }, "r.year IN (110, 112)", broad(who, "year"))
		facet("unit", func(q *record.Query) { q.Units = []string{archiveUnit(7)} }, "r.unit = 'U07'", broad(who, "unit"))
		facet("state", func(q *record.Query) { q.States = []string{"rejected", "withdrawn"} }, "r.state IN ('rejected', 'withdrawn')", "")
		facet("origin", func(q *record.Query) { q.Origins = []string{"paper"} }, "r.origin = 'paper'", "")
		facet("class", func(q *record.Query) { q.Classes = []string{"general"} }, "r.class = 'general'", "")
		facet("system", func(q *record.Query) { q.Systems = []string{"S05"} }, inSystem("S05"), "system:S05")
		facet("category", func(q *record.Query) { q.Categories = []string{archiveShelf(20)} }, labelled("category:"+archiveShelf(20)), "category:"+archiveShelf(20))
		facet("kind", func(q *record.Query) { q.DocKinds = []string{archiveMinutes(0)} }, labelled("kind:"+archiveMinutes(0)), "kind:"+archiveMinutes(0))
		facet("month", func(q *record.Query) { q.From, q.To = month, month.Add(30*24*time.Hour) },
			fmt.Sprintf("r.filed >= %d AND r.filed < %d", month.UnixMicro(), month.Add(30*24*time.Hour).UnixMicro()), "")
		every := func(q *record.Query) {
			q.Forms, q.Years, q.Systems, q.Units = []string{archiveForm(1)}, []int{112}, []string{"S05", "S06"}, []string{archiveUnit(7)}
			q.States, q.Origins = []string{"closed", "approved"}, []string{"online"}
			q.From, q.To = archiveBegin.Add(1000*24*time.Hour), archiveBegin.Add(1400*24*time.Hour)
		}
		everywhere := fmt.Sprintf("r.form = '%s' AND r.year = 112 AND r.unit = 'U07' AND r.state IN ('closed', 'approved') AND r.origin = 'online' AND r.filed >= %d AND r.filed < %d",
			archiveForm(1), archiveBegin.Add(1000*24*time.Hour).UnixMicro(), archiveBegin.Add(1400*24*time.Hour).UnixMicro())
		facet("every", every, everywhere+" AND "+inSystem("S05", "S06"), broad(who, "form_year"))
		facet("every-labelled", func(q *record.Query) {
			every(q)
			q.Categories, q.DocKinds = []string{archiveShelf(2)}, []string{archiveMinutes(0)}
		}, everywhere+" AND "+inSystem("S05", "S06")+" AND "+labelled("kind:"+archiveMinutes(0))+" AND "+labelled("category:"+archiveShelf(2)), "category:"+archiveShelf(2))

		ask("person", who, func(q *record.Query, i int) { q.People = []string{archivePerson(11)} },
			recordsShape{where: "r.person = '" + archivePerson(11) + "'", lead: "SELECT id FROM isms_records WHERE NOT draft AND person = '" + archivePerson(11) + "'"})
		ask("number", who, func(q *record.Query, i int) { q.Numbers = []string{archiveForm(0) + "-111-03*"} },
			recordsShape{where: "true", lead: "SELECT id FROM isms_records WHERE NOT draft AND number >= '" + archiveForm(0) + "-111-03' AND number < '" + archiveForm(0) + "-111-04'"})
		ask("parent", who, func(q *record.Query, i int) { q.Parent, q.Kinds = archiveID(8000), []string{"row"} },
			recordsShape{where: "r.kind = 'row'", lead: "SELECT id FROM isms_records WHERE parent <> '' AND parent = '" + archiveID(8000) + "'"})

		ask("rare-word", who, func(q *record.Query, _ int) { q.Text = wordRare }, recordsShape{text: wordRare, lead: "text"})
		ask("some-word", who, func(q *record.Query, _ int) { q.Text = wordSome }, recordsShape{text: wordSome, lead: "text"})
		ask("common-word", who, func(q *record.Query, _ int) { q.Text = wordCommon }, recordsShape{text: wordCommon})
		ask("rare-word-form", who, func(q *record.Query, _ int) { q.Text, q.Forms = wordRare, []string{archiveForm(3)} },
			recordsShape{text: wordRare, lead: "text", where: "r.form = '" + archiveForm(3) + "'"})
		ask("common-word-form", who, func(q *record.Query, _ int) { q.Text, q.Forms = wordCommon, []string{archiveForm(3)} },
			recordsShape{text: wordCommon, where: "r.form = '" + archiveForm(3) + "'", by: broad(who, "form")})
		ask("common-word-person", who, func(q *record.Query, _ int) { q.Text, q.People = wordCommon, []string{archivePerson(11)} },
			recordsShape{text: wordCommon, where: "r.person = '" + archivePerson(11) + "'", lead: "SELECT id FROM isms_records WHERE NOT draft AND person = '" + archivePerson(11) + "'"})

		for _, by := range []record.Facet{record.ByAll, record.ByForm, record.ByYear, record.BySystem, record.ByCategories, record.ByDocKind, record.ByUnit, record.ByState, record.ByOrigin} {
			ask("count-"+max(string(by), "all"), who, nil, recordsShape{count: &by})
		}
	}
	return shapes
}

func inSystem(systems ...string) string {
	return "EXISTS (SELECT 1 FROM isms_record_systems AS z WHERE z.record = r.id AND z.system IN ('" + strings.Join(systems, "', '") + "'))"
}

func labelled(label string) string {
	return "EXISTS (SELECT 1 FROM isms_record_labels AS l WHERE l.record = r.id AND l.label = '" + label + "')"
}

// floorOf is a question's SQL, tables by their plain names. A word that many texts hold is looked
// for in the newest that are found without it, which are enough.
func (l lowArchive) floorOf(shape recordsShape, q record.Query, n int) string {
	if shape.text != "" && shape.lead != "text" && !l.postgres {
		bare := shape
		bare.text = ""
		return fmt.Sprintf(`WITH c AS (%s), x AS (SELECT c.id, c.filed, t.place FROM c CROSS JOIN isms_record_terms AS t ON t.record = c.id LIMIT 100000)
	SELECT x.id, x.filed FROM x WHERE x.place IN (SELECT rowid FROM isms_record_index WHERE isms_record_index MATCH '%s'
	AND rowid BETWEEN (SELECT min(place) FROM x) AND (SELECT max(place) FROM x)) ORDER BY x.filed DESC, x.id DESC LIMIT %d`, l.floorOf(bare, q, 8*n), shape.text, n)
	}
	where := "NOT r.draft AND r.kind IN ('" + strings.Join(q.Kinds, "', '") + "')"
	if shape.where != "" {
		where += " AND " + shape.where
	}
	rules := "r.acl IN ('" + strings.Join(q.ACLs, "', '") + "')"
	if shape.lead != "" {
		lead, join := shape.lead, "CROSS JOIN isms_records AS r ON r.id = c.id"
		switch {
		case lead == "text":
			lead = l.texts(shape.text)
		case shape.text != "":
			where += " AND " + l.holds(shape.text)
		}
		if l.postgres {
			join = "JOIN isms_records AS r ON r.id = c.id"
		}
		if !q.All {
			where += " AND (" + rules + " OR EXISTS (SELECT 1 FROM isms_participants AS p WHERE p.person = '" + q.Reader + "' AND p.filed = r.filed AND p.record = r.id))"
		}
		with, from := "", "("+lead+") AS c"
		if l.postgres && shape.lead == "text" { // the planner can't know that the word is rare, and may go through the archive for it
			with, from = "WITH c AS MATERIALIZED ("+lead+") ", "c"
		}
		return fmt.Sprintf("%sSELECT r.id AS id, r.filed AS filed FROM %s %s WHERE %s ORDER BY r.filed DESC, r.id DESC LIMIT %d", with, from, join, where, n)
	}
	if shape.text != "" {
		where += " AND " + l.holds(shape.text)
	}
	part := func(from, filed, id, more string) string {
		where := more + where
		if !q.After.Filed.IsZero() {
			where += fmt.Sprintf(" AND (%s, %s) < (%d, '%s')", filed, id, q.After.Filed.UnixMicro(), q.After.ID)
		}
		return fmt.Sprintf("SELECT * FROM (SELECT %s AS id, %s AS filed FROM %s WHERE %s ORDER BY %s DESC, %s DESC LIMIT %d) AS u0", id, filed, from, where, filed, id, n)
	}
	from, filed, id, more, join := "isms_records AS r", "r.filed", "r.id", "", " CROSS JOIN "
	if l.postgres {
		join = " JOIN "
	}
	switch {
	case strings.Contains(shape.by, ":"):
		from, filed, id = "isms_record_facets AS y"+join+"isms_records AS r ON r.id = y.record AND r.filed = y.filed", "y.filed", "y.record"
		more = "y.facet = '" + shape.by + "' AND "
		if !l.postgres {
			rules = "+" + rules // no look-up for each rule of each record
		}
	case shape.by != "" && !l.postgres:
		from += " INDEXED BY ismsx_records_" + shape.by
	case !l.postgres && (q.All || len(q.ACLs) > 1000):
		from += " INDEXED BY ismsx_records_filed"
	case !l.postgres:
		from += " INDEXED BY ismsx_records_sight"
	}
	if q.All {
		return part(from, filed, id, more)
	}
	parts := []string{part("isms_participants AS p"+join+"isms_records AS r ON r.id = p.record AND r.filed = p.filed", "p.filed", "p.record", "p.person = '"+q.Reader+"' AND ")}
	if len(q.ACLs) > 0 {
		parts = append(parts, part(from, filed, id, more+rules+" AND "))
	}
	for _, id := range q.Also {
		parts = append(parts, part("isms_records AS r", "r.filed", "r.id", "r.id = '"+id+"' AND "))
	}
	return "SELECT * FROM (" + strings.Join(parts, " UNION ") + fmt.Sprintf(") AS w ORDER BY filed DESC, id DESC LIMIT %d", n)
}

// texts are the ids of those that hold a word.
func (l lowArchive) texts(word string) string {
	if l.postgres {
		return "SELECT record AS id FROM isms_record_terms WHERE terms @@ '" + word + "'::tsquery"
	}
	return "SELECT t.record AS id FROM isms_record_index CROSS JOIN isms_record_terms AS t ON t.place = isms_record_index.rowid WHERE isms_record_index MATCH '" + word + "'"
}

// holds asks each record on the way whether its text holds a word.
func (l lowArchive) holds(word string) string {
	return "(SELECT terms FROM isms_record_terms AS t WHERE t.record = r.id) @@ '" + word + "'::tsquery"
}

// grouped counts by a facet what is at some places.
func grouped(places string, by record.Facet) string {
	column, join := "r."+string(by), ""
	switch by {
	case record.ByAll:
		return "SELECT count(*) FROM (" + places + ") AS c"
	case record.BySystem:
		column, join = "z.system", " JOIN isms_record_systems AS z ON z.record = r.id"
	case record.ByCategories:
		column, join = "l.label", " JOIN isms_record_labels AS l ON l.record = r.id AND l.label >= 'category:' AND l.label < 'category;'"
	case record.ByDocKind:
		column, join = "l.label", " JOIN isms_record_labels AS l ON l.record = r.id AND l.label >= 'kind:' AND l.label < 'kind;'"
	}
	return "SELECT count(*) FROM (" + places + ") AS u JOIN isms_records AS r ON r.id = u.id" + join + " GROUP BY " + column + " ORDER BY " + column
}
