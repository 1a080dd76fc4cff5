package forms

import (
	"regexp"
)

// unread are the parser's messages that people meet, as they are said to somebody who writes a
// condition by hand: what of it is named goes into the text.
var unread = []struct {
	message *regexp.Regexp
	said    func(name string) Text
}{
	{regexp.MustCompile(`^unknown name (.+)$`), whySaid("expression_unknown")},
	{regexp.MustCompile(`^unexpected (?:token EOF|end of expression)|^unclosed|^expected at least`), whySaid("expression_unfinished")},
	{regexp.MustCompile(`^unexpected token [A-Za-z]+\("(.*)"\)$`), whySaid("expression_token")},
	{regexp.MustCompile(`^literal not terminated`), whySaid("expression_quote")},
	{regexp.MustCompile(`^unrecognized character: U\+[0-9A-F]+(?: '(.+)')?$`), whySaid("expression_character")},
	{regexp.MustCompile(`^expected bool, but got`), whySaid("expression_yes_no")},
	{regexp.MustCompile(`^invalid operation: (\S+) \(mismatched types`), whySaid("expression_compared")},
	{regexp.MustCompile(`^type .+ has no field (.+)$`), whySaid("expression_part")},
}

// unreadWhy is a message of the parser in the languages of this package. What is not among those
// above is not translated: in English it is what the parser says.
func unreadWhy(message string) Text {
	for _, u := range unread {
		if found := u.message.FindStringSubmatch(message); found != nil {
			name := ""
			if len(found) > 1 {
				name = found[1]
			}
			return u.said(name)
		}
	}
	out := whySaid("expression_unread")("")
	out["en"] = message
	return out
}

func whySaid(code string) func(name string) Text {
	return func(name string) Text {
		out := Text{}
		for _, lang := range languages {
			out[lang] = say(lang, code, map[string]any{"name": name}, nil)
		}
		return out
	}
}
