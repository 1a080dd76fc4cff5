package forms

import (
	"net/netip"
	"slices"
	"strconv"
	"strings"
)

// networkType is an IP address or network (CIDR), kept in its shortest writing. Parameters: only ("address" or "network"),
// version (4 or 6).
type networkType struct{}

func (networkType) Name() string { return "ip_cidr" }

func (networkType) Compile(f Field, r Report) Input {
	var in networkInput
	r.Params(f.Params, &in)
	if in.Only != "" && in.Only != "address" && in.Only != "network" {
		r.At("params.only").Problem("want_one_of", "values", []string{"address", "network"})
	}
	if in.Version != 0 && in.Version != 4 && in.Version != 6 {
		r.At("params.version").Problem("want_one_of", "values", []string{"4", "6"})
	}
	return in
}

type networkInput struct {
	Only    string `json:"only"`
	Version int    `json:"version"`
}

func (t networkInput) Decode(in any) (any, *Fault) {
	s, bad := textPart(in)
	if bad != nil || s == "" {
		return nil, bad
	}
	return t.read(s)
}

func (t networkInput) Parse(p Post) (any, *Fault) {
	s := strings.TrimSpace(narrow(p.Text("")))
	if s == "" {
		return nil, nil
	}
	return t.read(s)
}

// read refuses a network whose address has bits behind the mask (10.1.2.3/16): one of the two is a slip.
func (t networkInput) read(s string) (any, *Fault) {
	if a, err := netip.ParseAddr(s); err == nil && a.Zone() == "" && !a.Is4In6() {
		return a.String(), nil
	}
	p, err := netip.ParsePrefix(s)
	if err != nil || p.Addr().Is4In6() {
		return nil, fault("network_format")
	}
	if p != p.Masked() {
		return nil, fault("network_bits", "network", p.Masked().String())
	}
	return p.String(), nil
}

func (t networkInput) Check(_ *CheckContext, v any) *Fault {
	s, ok := v.(string)
	if !ok {
		return fault("type", "want", "text")
	}
	again, bad := t.read(s)
	if bad != nil {
		return bad
	}
	if again != v {
		return fault("network_format")
	}
	network := strings.Contains(s, "/")
	six := strings.Contains(s, ":")
	switch {
	case t.Only == "address" && network:
		return fault("network_only_address")
	case t.Only == "network" && !network:
		return fault("network_only_network")
	case t.Version == 4 && six, t.Version == 6 && !six:
		return fault("network_version", "version", t.Version)
	}
	return nil
}

func (t networkInput) Canonical(v any) any           { return v }
func (t networkInput) Format(v any, _ Locale) string { s, _ := v.(string); return s }
func (t networkInput) Shape() Shape                  { return Shape{Kind: KindText} }
func (t networkInput) Part(v any, _ string) any      { return v }

// portsType is a list of ports and port ranges, kept sorted and joined: "22,80,443,8000-8010". Parameter: max_ports (how many
// ports may be opened in all; default no limit).
type portsType struct{}

func (portsType) Name() string { return "port_list" }

func (portsType) Compile(f Field, r Report) Input {
	var in portsInput
	r.Params(f.Params, &in)
	if in.MaxPorts < 0 {
		r.At("params.max_ports").Problem("bound", "max", 65_535)
	}
	return in
}

type portsInput struct {
	MaxPorts int `json:"max_ports"`
}

func (t portsInput) Decode(in any) (any, *Fault) {
	s, bad := textPart(in)
	if bad != nil || s == "" {
		return nil, bad
	}
	return readPorts(s)
}

func (t portsInput) Parse(p Post) (any, *Fault) {
	s := strings.TrimSpace(narrow(p.Text("")))
	if s == "" {
		return nil, nil
	}
	return readPorts(s)
}

type ports struct{ from, to int }

const maxPortRanges = 200

func readPorts(s string) (any, *Fault) {
	pieces := strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune(",、;， \t\n", r) })
	if len(pieces) == 0 || len(pieces) > maxPortRanges {
		return nil, fault("ports_format")
	}
	all := make([]ports, 0, len(pieces))
	for _, piece := range pieces {
		first, last, isRange := strings.Cut(piece, "-")
		if !isRange {
			last = first
		}
		from, ok := port(first)
		to, okTo := port(last)
		if !ok || !okTo || from > to {
			return nil, fault("ports_format")
		}
		all = append(all, ports{from, to})
	}
	return joinPorts(all), nil
}

func port(s string) (int, bool) {
	if s == "" || len(s) > 5 || !allDigits(s) {
		return 0, false
	}
	n, err := strconv.Atoi(s)
	return n, err == nil && n >= 1 && n <= 65_535
}

func joinPorts(all []ports) string {
	slices.SortFunc(all, func(a, b ports) int { return a.from - b.from })
	merged := all[:1]
	for _, p := range all[1:] {
		if last := &merged[len(merged)-1]; p.from <= last.to+1 {
			last.to = max(last.to, p.to)
		} else {
			merged = append(merged, p)
		}
	}
	texts := make([]string, len(merged))
	for i, p := range merged {
		texts[i] = strconv.Itoa(p.from)
		if p.to > p.from {
			texts[i] += "-" + strconv.Itoa(p.to)
		}
	}
	return strings.Join(texts, ",")
}

func (t portsInput) Check(_ *CheckContext, v any) *Fault {
	s, ok := v.(string)
	if !ok {
		return fault("type", "want", "text")
	}
	again, bad := readPorts(s)
	if bad != nil {
		return bad
	}
	if again != v {
		return fault("ports_format")
	}
	if t.MaxPorts > 0 && countPorts(s) > t.MaxPorts {
		return fault("ports_too_many", "max", t.MaxPorts)
	}
	return nil
}

// countPorts counts the ports of a list that readPorts has made.
func countPorts(s string) int {
	n := 0
	for piece := range strings.SplitSeq(s, ",") {
		first, last, isRange := strings.Cut(piece, "-")
		n++
		if isRange {
			from, _ := port(first)
			to, _ := port(last)
			n += to - from
		}
	}
	return n
}

func (t portsInput) Canonical(v any) any { return v }

func (t portsInput) Format(v any, in Locale) string {
	s, _ := v.(string)
	return joined(strings.Split(s, ","), in)
}

func (t portsInput) Text(v any, _ Locale, put func(part, text string)) {
	if s, ok := v.(string); ok {
		put("", s)
	}
}

func (t portsInput) Shape() Shape             { return Shape{Kind: KindText} }
func (t portsInput) Part(v any, _ string) any { return v }
