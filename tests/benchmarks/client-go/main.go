// Writes so many events about as many objects by a recorder of client-go, and prints what one event cost:
// microseconds of processor time, events a second, bytes allocated, requests.
package main

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"runtime"
	"strconv"
	"sync/atomic"
	"syscall"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/kubernetes/scheme"
	typedcorev1 "k8s.io/client-go/kubernetes/typed/core/v1"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/client-go/tools/events"
	"k8s.io/client-go/tools/record"
)

const namespace = "default"

// Both broadcasters drop what more than a thousand events in their queue leave no room for.
const mostPending = 500

// Counts answers; each event is one request.
type counter struct {
	next              http.RoundTripper
	requests, written atomic.Int64
	room              chan struct{}
}

func (c *counter) RoundTrip(request *http.Request) (*http.Response, error) {
	c.requests.Add(1)
	response, err := c.next.RoundTrip(request)
	if err == nil && response.StatusCode == http.StatusCreated {
		c.written.Add(1)
		<-c.room
	}
	return response, err
}

func main() {
	if len(os.Args) != 4 {
		fail(fmt.Errorf("usage: %s events|record COUNT KUBECONFIG", os.Args[0]))
	}
	count, err := strconv.Atoi(os.Args[2])
	fail(err)
	config, err := clientcmd.BuildConfigFromFlags("", os.Args[3])
	fail(err)
	// No limit of its own: it is five requests a second by default.
	config.QPS = -1
	answers := &counter{room: make(chan struct{}, mostPending)}
	config.Wrap(func(next http.RoundTripper) http.RoundTripper {
		answers.next = next
		return answers
	})
	event, err := recorder(os.Args[1], config)
	fail(err)
	objects := redises(count)

	processor, allocated, start := used()
	for _, redis := range objects {
		answers.room <- struct{}{}
		event(redis)
	}
	for answers.written.Load() < int64(count) {
		if time.Since(start) > 10*time.Minute {
			fail(fmt.Errorf("only %d of %d were written", answers.written.Load(), count))
		}
		time.Sleep(time.Millisecond)
	}
	elapsed := time.Since(start)
	processorAfter, allocatedAfter, _ := used()

	each := float64(count)
	fmt.Printf("%.1f %.0f %.0f %.3f\n", float64((processorAfter-processor).Microseconds())/each, each/elapsed.Seconds(),
		float64(allocatedAfter-allocated)/each, float64(answers.requests.Load())/each)
}

// A function that records the event of one object by a recorder with its default settings.
func recorder(kind string, config *rest.Config) (func(*corev1.ObjectReference), error) {
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		return nil, err
	}
	switch kind {
	case "events":
		broadcaster := events.NewBroadcaster(&events.EventSinkImpl{Interface: client.EventsV1()})
		if err := broadcaster.StartRecordingToSinkWithContext(context.Background()); err != nil {
			return nil, err
		}
		recorder := broadcaster.NewRecorder(scheme.Scheme, "redis-operator")
		return func(redis *corev1.ObjectReference) {
			recorder.Eventf(redis, nil, corev1.EventTypeNormal, "ScaledUp", "Scale", "replicas set to 3")
		}, nil
	case "record":
		broadcaster := record.NewBroadcaster()
		broadcaster.StartRecordingToSink(&typedcorev1.EventSinkImpl{Interface: client.CoreV1().Events("")})
		recorder := broadcaster.NewRecorder(scheme.Scheme, corev1.EventSource{Component: "redis-operator"})
		return func(redis *corev1.ObjectReference) {
			recorder.Event(redis, corev1.EventTypeNormal, "ScaledUp", "replicas set to 3")
		}, nil
	}
	return nil, fmt.Errorf("%s is neither events nor record", kind)
}

// Nothing of an earlier run is about the same objects.
func redises(count int) []*corev1.ObjectReference {
	run := strconv.FormatInt(time.Now().UnixNano(), 36)
	objects := make([]*corev1.ObjectReference, count)
	for number := range objects {
		objects[number] = &corev1.ObjectReference{
			APIVersion: "cache.example.com/v1",
			Kind:       "Redis",
			Namespace:  namespace,
			Name:       fmt.Sprintf("my-op-redis-%s-%d", run, number),
			UID:        types.UID(fmt.Sprintf("b2c3d4e5-0000-4000-8000-%012x", number)),
		}
	}
	return objects
}

// Processor time and bytes of this process up to now, and the time.
func used() (time.Duration, uint64, time.Time) {
	var usage syscall.Rusage
	fail(syscall.Getrusage(syscall.RUSAGE_SELF, &usage))
	var memory runtime.MemStats
	runtime.ReadMemStats(&memory)
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano()), memory.TotalAlloc, time.Now()
}

func fail(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
