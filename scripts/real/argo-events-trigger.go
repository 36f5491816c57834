// Writes an event to Kafka as a Sensor of Argo Events would: with its own trigger, and the Sensor's own YAML.
//
//	argo-events-trigger SENSOR.yaml HOST:PORT TOPIC < event.json
//
// event.json is {"context": {…}, "data": {…}}, as an EventSource puts it on the bus. The address and the topic are those given; all else
// is the Sensor's.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/IBM/sarama"
	"github.com/argoproj/argo-events/pkg/apis/events/v1alpha1"
	"github.com/argoproj/argo-events/pkg/sensors/triggers/kafka"
	sharedutil "github.com/argoproj/argo-events/pkg/shared/util"
	"go.uber.org/zap"
	"sigs.k8s.io/yaml"
)

func run(file, broker, topic string, in io.Reader) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	var sensor v1alpha1.Sensor
	if err := yaml.UnmarshalStrict(text, &sensor); err != nil {
		return fmt.Errorf("%s is no Sensor: %w", file, err)
	}
	var given struct {
		Context *v1alpha1.EventContext `json:"context"`
		Data    json.RawMessage        `json:"data"`
	}
	if err := json.NewDecoder(in).Decode(&given); err != nil {
		return fmt.Errorf("the event: %w", err)
	}
	events := map[string]*v1alpha1.Event{}
	for _, dependency := range sensor.Spec.Dependencies {
		events[dependency.Name] = &v1alpha1.Event{Context: given.Context, Data: given.Data}
	}
	producers := sharedutil.NewStringKeyedMap[sarama.AsyncProducer]()
	for i := range sensor.Spec.Triggers {
		trigger := &sensor.Spec.Triggers[i]
		if trigger.Template.Kafka == nil {
			return fmt.Errorf("%s is no Kafka trigger", trigger.Template.Name)
		}
		trigger.Template.Kafka.URL, trigger.Template.Kafka.Topic = broker, topic
		if err := execute(&sensor, trigger, producers, events); err != nil {
			return fmt.Errorf("%s: %w", trigger.Template.Name, err)
		}
	}
	return nil
}

func execute(sensor *v1alpha1.Sensor, trigger *v1alpha1.Trigger, producers sharedutil.StringKeyedMap[sarama.AsyncProducer], events map[string]*v1alpha1.Event) error {
	one, err := kafka.NewKafkaTrigger(sensor, trigger, producers, zap.NewNop().Sugar())
	if err != nil {
		return err
	}
	ctx := context.Background()
	resource, err := one.FetchResource(ctx)
	if err != nil {
		return err
	}
	if resource, err = one.ApplyResourceParameters(events, resource); err != nil {
		return err
	}
	if _, err = one.Execute(ctx, events, resource); err != nil {
		return err
	}
	// What a Sensor never does: it goes on, and what is in the queue is sent some time.
	return one.Producer.Close()
}

func main() {
	err := errors.New("usage: argo-events-trigger SENSOR.yaml HOST:PORT TOPIC < event.json")
	if len(os.Args) == 4 {
		err = run(os.Args[1], os.Args[2], os.Args[3], os.Stdin)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
