// A crawler as one writes it by hand in Go, with net/http and x/net/html: follows all links of a
// site and prints, as JSON lines, the title and headings of every page.
//
//	go_crawler URL > OUTPUT.jsonl
package main

import (
	"bufio"
	"encoding/json"
	"io"
	"log"
	"net/http"
	"net/url"
	"os"
	"strings"
	"sync"

	"golang.org/x/net/html"
)

const workers = 16

type page struct {
	URL      string              `json:"url"`
	Title    string              `json:"title"`
	Headings []string            `json:"headings"`
	links    map[string]*url.URL // by their text
}

// parse reads the tokens of a page: its title, its headings and where its links lead.
func parse(base *url.URL, body io.Reader) page {
	found := page{URL: base.String(), links: map[string]*url.URL{}}
	known := map[string]bool{} // resolving costs more than the rest
	tokens := html.NewTokenizer(body)
	var text *strings.Builder
	for {
		switch tokens.Next() {
		case html.ErrorToken:
			return found
		case html.TextToken:
			if text != nil {
				text.Write(tokens.Text())
			}
		case html.StartTagToken:
			name, more := tokens.TagName()
			switch string(name) {
			case "title", "h1", "h2":
				text = &strings.Builder{}
			case "a":
				for more {
					var key, value []byte
					key, value, more = tokens.TagAttr()
					if string(key) != "href" || known[string(value)] {
						continue
					}
					known[string(value)] = true
					if link, err := base.Parse(string(value)); err == nil {
						link.Fragment = ""
						found.links[link.String()] = link
					}
				}
			}
		case html.EndTagToken:
			name, _ := tokens.TagName()
			switch string(name) {
			case "title":
				if text != nil && found.Title == "" {
					found.Title = text.String()
				}
				text = nil
			case "h1", "h2":
				if text != nil {
					found.Headings = append(found.Headings, text.String())
				}
				text = nil
			}
		}
	}
}

func fetch(client *http.Client, target *url.URL) (page, bool) {
	response, err := client.Get(target.String())
	if err != nil {
		return page{}, false
	}
	defer response.Body.Close()
	isHTML := strings.HasPrefix(response.Header.Get("Content-Type"), "text/html")
	if response.StatusCode != http.StatusOK || !isHTML {
		io.Copy(io.Discard, response.Body)
		return page{}, false
	}
	return parse(target, bufio.NewReaderSize(response.Body, 1<<16)), true
}

func main() {
	start, err := url.Parse(os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	transport := &http.Transport{MaxIdleConnsPerHost: workers, MaxConnsPerHost: workers}
	client := &http.Client{Transport: transport}
	output := bufio.NewWriter(os.Stdout)
	defer output.Flush()
	encoder := json.NewEncoder(output)

	queue := []*url.URL{start}
	seen := map[string]bool{start.String(): true}
	busy := 0
	var lock sync.Mutex
	wake := sync.NewCond(&lock)
	var done sync.WaitGroup
	for i := 0; i < workers; i++ {
		done.Add(1)
		go func() {
			defer done.Done()
			lock.Lock()
			defer lock.Unlock()
			for {
				for len(queue) == 0 && busy > 0 {
					wake.Wait()
				}
				if len(queue) == 0 {
					wake.Broadcast()
					return
				}
				target := queue[0]
				queue = queue[1:]
				busy++
				lock.Unlock()
				found, ok := fetch(client, target)
				lock.Lock()
				busy--
				if ok {
					encoder.Encode(found)
				}
				for text, link := range found.links {
					if link.Host == start.Host && link.Scheme == start.Scheme && !seen[text] {
						seen[text] = true
						queue = append(queue, link)
					}
				}
				wake.Broadcast()
			}
		}()
	}
	done.Wait()
}
