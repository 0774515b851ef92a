using EventRecording.Tests.Support;

namespace EventRecording.Tests.Reading;

public class EventQueryTests
{
    [Fact]
    public void A_query_without_conditions_asks_for_everything_in_one_request()
    {
        var selection = EventSelection.Of(new EventQuery());

        Assert.Equal([null], selection.Namespaces);
        Assert.Null(selection.FieldSelector);
        Assert.True(selection.IsServerSide);
    }

    [Fact]
    public void Single_values_go_to_the_server()
    {
        var selection = EventSelection.Of(new EventQuery { Types = ["warning"], Reasons = ["ScaledUp"], Sources = ["RedisOperator"] });

        Assert.Equal("type=Warning,reason=ScaledUp,source=RedisOperator", selection.FieldSelector);
        Assert.True(selection.IsServerSide);
    }

    [Fact]
    public void Several_values_and_wildcards_are_filtered_here()
    {
        var selection = EventSelection.Of(new EventQuery { Types = ["Normal", "Warning"], Reasons = ["scaled*"], Sources = ["Redis?perator"] });

        Assert.Null(selection.FieldSelector);
        Assert.True(selection.Matches(SampleEvents.ScaledUp));
        Assert.False(selection.Matches(SampleEvents.ScaledUp with { Reason = "Failed" }));
        Assert.False(selection.Matches(SampleEvents.ScaledUp with { Type = "Other" }));
        Assert.False(selection.Matches(SampleEvents.ScaledUp with { SourceComponent = "kubelet" }));
    }

    [Theory]
    [InlineData("a,b", @"reason=a\,b")]
    [InlineData("a=b", @"reason=a\=b")]
    [InlineData(@"a\b", @"reason=a\\b")]
    [InlineData("a`*", "reason=a*")]
    public void Values_are_escaped_as_the_API_wants_it(string reason, string expected) =>
        Assert.Equal(expected, EventSelection.Of(new EventQuery { Reasons = [reason] }).FieldSelector);

    [Fact]
    public void The_other_group_has_other_field_labels_and_no_source()
    {
        var query = new EventQuery { ApiVersion = EventApiVersion.EventsV1, Objects = [SampleEvents.Redis], Sources = ["RedisOperator"] };
        var selection = EventSelection.Of(query);

        Assert.Equal("regarding.kind=Redis,regarding.namespace=wire,regarding.name=my-op-redis", selection.FieldSelector);
        Assert.True(selection.Matches(SampleEvents.ScaledUp with { ReportingController = "" }));
        Assert.False(selection.Matches(SampleEvents.ScaledUp with { SourceComponent = null, ReportingController = "other" }));
    }

    [Fact]
    public void What_is_not_wanted_goes_to_the_server_as_far_as_it_has_no_wildcards()
    {
        var query = new EventQuery { Exclude = new EventExclusion { Namespaces = ["kube-system", "test-*"], Reasons = ["Pulled", "a,b", "Leader*"], Sources = ["kubelet"] } };
        var selection = EventSelection.Of(query);

        Assert.Equal(@"metadata.namespace!=kube-system,reason!=Pulled,reason!=a\,b,source!=kubelet", selection.FieldSelector);
        Assert.EndsWith("filtered here: not namespace test-* and not reason Leader*", selection.ToString(), StringComparison.Ordinal);
        Assert.True(selection.Matches(SampleEvents.ScaledUp));
        Assert.False(selection.Matches(SampleEvents.ScaledUp with { Namespace = "test-1" }));
        Assert.False(selection.Matches(SampleEvents.ScaledUp with { Reason = "leaderElection" }));
        Assert.True(EventSelection.Of(new EventQuery { Exclude = new EventExclusion { Reasons = ["Pulled"] } }).IsServerSide);
    }

    [Fact]
    public void What_an_update_can_change_is_left_out_here_where_deletions_are_told()
    {
        var query = new EventQuery { Exclude = new EventExclusion { Namespaces = ["a"], Reasons = ["Pulled"], Sources = ["kubelet"] } };

        Assert.Equal("metadata.namespace!=a", EventSelection.Of(query, keepChanging: true).FieldSelector);
        Assert.False(EventSelection.Of(query, keepChanging: true).Matches(SampleEvents.ScaledUp with { Reason = "Pulled" }));
    }

    [Theory]
    [InlineData("Redis/*", "involvedObject.kind!=Redis", false)]
    [InlineData("redises/*", "involvedObject.kind!=redises", false)]
    [InlineData("*/my-op-redis", "involvedObject.name!=my-op-redis", false)]
    [InlineData("redis/my-op-redis", null, false)]
    [InlineData("r*s/MY-*", null, false)]
    [InlineData("redis/MY-OP-REDIS", null, true)]
    [InlineData("pod/my-*", null, true)]
    public void Objects_are_left_out_by_the_server_where_they_are_all_of_a_kind_or_of_a_name(string value, string? sent, bool stays)
    {
        var query = new EventQuery { Exclude = new EventExclusion { Objects = [value] } };

        Assert.Equal(sent, EventSelection.Of(query).FieldSelector);
        Assert.Equal(sent?.Replace("involvedObject", "regarding", StringComparison.Ordinal), EventSelection.Of(query with { ApiVersion = EventApiVersion.EventsV1 }).FieldSelector);
        Assert.Equal(stays, EventSelection.Of(query).Matches(SampleEvents.ScaledUp));
        Assert.Equal(stays, EventSelection.Local(query).Matches(SampleEvents.ScaledUp));
    }

    [Theory]
    [InlineData("web-0")]
    [InlineData("pod/")]
    [InlineData("/web-0")]
    [InlineData("pod/web-0/x")]
    public void What_names_no_objects_is_refused(string value) =>
        Assert.StartsWith($"'{value}' names no objects to leave out", Assert.Throws<ArgumentException>(() => new EventExclusion { Objects = [value] }).Message, StringComparison.Ordinal);

    [Fact]
    public void What_is_not_wanted_is_left_out_of_what_comes_from_no_server_too()
    {
        var selection = EventSelection.Local(new EventQuery { Exclude = new EventExclusion { Namespaces = ["a"], Reasons = ["Pulled"], Sources = ["kubelet"] } });

        Assert.True(selection.Matches(SampleEvents.ScaledUp));
        Assert.False(selection.Matches(SampleEvents.ScaledUp with { Namespace = "a" }));
        Assert.False(selection.Matches(SampleEvents.ScaledUp with { Reason = "Pulled" }));
        Assert.False(selection.Matches(SampleEvents.ScaledUp with { SourceComponent = "kubelet" }));
    }

    [Fact]
    public void A_raw_selector_is_sent_beside_the_others()
    {
        var query = new EventQuery { Types = ["Warning"], FieldSelector = "metadata.name!=x", LabelSelector = "app=redis" };
        var request = EventSelection.Of(query).ListRequest("wire", 500);

        Assert.Equal("type=Warning,metadata.name!=x", request.FieldSelector);
        Assert.Equal("app=redis", request.LabelSelector);
    }

    [Fact]
    public void Each_namespace_without_wildcards_is_a_request_of_its_own() =>
        Assert.Equal(["a", "b"], EventSelection.Of(new EventQuery { Namespaces = ["a", "b", "a"] }).Namespaces);

    [Fact]
    public void Namespaces_with_wildcards_are_one_request_and_a_filter()
    {
        var selection = EventSelection.Of(new EventQuery { Namespaces = ["team-*", "wire"] });

        Assert.Equal([null], selection.Namespaces);
        Assert.True(selection.Matches(SampleEvents.Named("x", "team-a")));
        Assert.True(selection.Matches(SampleEvents.Named("x", "wire")));
        Assert.False(selection.Matches(SampleEvents.Named("x", "default")));
    }

    [Fact]
    public void A_star_for_all_namespaces_needs_no_filter() =>
        Assert.True(EventSelection.Of(new EventQuery { Namespaces = ["*"] }).IsServerSide);

    [Fact]
    public void Events_of_a_namespaced_object_are_asked_for_in_its_namespace() =>
        Assert.Equal(["wire"], EventSelection.Of(new EventQuery { Objects = [SampleEvents.Redis] }).Namespaces);

    [Fact]
    public void Events_of_a_cluster_scoped_object_are_asked_for_everywhere() =>
        Assert.Equal([null], EventSelection.Of(new EventQuery { Objects = [SampleEvents.Redis with { Namespace = null }] }).Namespaces);

    [Fact]
    public void A_deleted_namesake_is_not_mixed_in()
    {
        var selection = EventSelection.Of(new EventQuery { Objects = [SampleEvents.Redis] });

        Assert.True(selection.Matches(SampleEvents.ScaledUp));
        Assert.False(selection.Matches(About(SampleEvents.Redis with { Uid = "of-the-deleted-one" })));
    }

    [Fact]
    public void An_event_whose_writer_gave_no_uid_is_about_the_object_of_that_name() =>
        Assert.True(EventSelection.Of(new EventQuery { Objects = [SampleEvents.Redis] }).Matches(About(SampleEvents.Redis with { Uid = null })));

    [Fact]
    public void A_kubelet_that_gives_the_name_of_its_node_as_uid_is_understood()
    {
        var node = new ObjectReference { ApiVersion = "v1", Kind = "Node", Name = "node-1", Uid = "0b3c" };

        Assert.True(EventSelection.Of(new EventQuery { Objects = [node] }).Matches(About(node with { Uid = "node-1", ApiVersion = null })));
    }

    [Theory]
    [InlineData("2f8c2e7c4d1ab0f3c5d6e7f8091a2b3c", "u-1", true)]
    [InlineData("u-1", "2f8c2e7c4d1ab0f3c5d6e7f8091a2b3c", true)]
    [InlineData("u-1", "u-2", false)]
    [InlineData("u-1", "2f8c2e7c4d1ab0f3c5d6e7f8091a2b3g", false)]
    public void A_kubelet_that_gives_a_static_pod_its_own_uid_is_understood(string wanted, string found, bool expected)
    {
        var pod = new ObjectReference { ApiVersion = "v1", Kind = "Pod", Namespace = "kube-system", Name = "kube-apiserver-n1", Uid = wanted };

        Assert.Equal(expected, EventSelection.Of(new EventQuery { Objects = [pod] }).Matches(About(pod with { Uid = found })));
        Assert.False(EventSelection.Of(new EventQuery { Objects = [pod] }).Matches(About(pod with { Name = "etcd-n1", Uid = found })));
    }

    [Theory]
    [InlineData("cache.example.com/v1beta1", true)]
    [InlineData("other.example.com/v1", false)]
    [InlineData(null, true)]
    public void Without_a_uid_the_group_is_compared_but_not_the_version(string? found, bool expected)
    {
        var selection = EventSelection.Of(new EventQuery { Objects = [SampleEvents.Redis with { Uid = null }] });

        Assert.Equal(expected, selection.Matches(About(SampleEvents.Redis with { ApiVersion = found })));
    }

    [Fact]
    public void A_uid_alone_goes_to_the_server() =>
        Assert.Equal("involvedObject.uid=0b3c", EventSelection.Of(new EventQuery { Objects = [new ObjectReference { Uid = "0b3c" }] }).FieldSelector);

    [Theory]
    [InlineData("my-op-redis", "of-another-one", true)]
    [InlineData("other", "of-another-one", false)]
    [InlineData("my-op-redis", null, true)]
    public void Several_objects_of_one_name_are_asked_for_by_their_name(string name, string? uid, bool expected)
    {
        var redis = SampleEvents.Redis with { Name = "my-op-redis" };
        var selection = EventSelection.Of(new EventQuery { Objects = [redis, redis with { Name = name, Uid = uid }] });

        Assert.Equal(expected ? EventSelection.Of(new EventQuery { Objects = [redis] }).FieldSelector : null, selection.FieldSelector);
        Assert.Equal(uid is null, selection.Matches(About(redis with { Uid = "of-a-third" })));
    }

    [Fact]
    public void Several_uids_alone_do_not_go_to_the_server() =>
        Assert.Null(EventSelection.Of(new EventQuery { Objects = [new ObjectReference { Uid = "0b3c" }, new ObjectReference { Uid = "0b3d" }] }).FieldSelector);

    [Fact]
    public void Of_several_objects_one_must_be_the_object()
    {
        var other = SampleEvents.Redis with { Name = "other", Uid = "other-uid" };
        var selection = EventSelection.Of(new EventQuery { Objects = [SampleEvents.Redis, other] });

        Assert.Null(selection.FieldSelector);
        Assert.True(selection.Matches(SampleEvents.ScaledUp));
        Assert.True(selection.Matches(About(other)));
        Assert.False(selection.Matches(About(other with { Name = "third" })));
    }

    [Theory]
    [InlineData(-10, -5, false)]
    [InlineData(-10, 0, true)]
    [InlineData(-1, 1, true)]
    [InlineData(0, 10, true)]
    [InlineData(1, 10, false)]
    public void An_event_matches_times_in_which_it_happened(int since, int until, bool expected)
    {
        var query = new EventQuery { Since = SampleEvents.Noon.AddHours(since), Until = SampleEvents.Noon.AddHours(until) };

        Assert.Equal(expected, EventSelection.Of(query).Matches(SampleEvents.ScaledUp));
    }

    [Fact]
    public void A_series_matches_as_long_as_it_lasts()
    {
        var series = SampleEvents.ScaledUp with { LastTimestamp = SampleEvents.Noon.AddHours(2) };
        var query = new EventQuery { Since = SampleEvents.Noon.AddHours(1), Until = SampleEvents.Noon.AddHours(1) };

        Assert.True(EventSelection.Of(query).Matches(series));
    }

    [Fact]
    public void An_event_without_times_counts_by_its_creation()
    {
        var timeless = SampleEvents.ScaledUp with { FirstTimestamp = null, LastTimestamp = null };

        Assert.True(EventSelection.Of(new EventQuery { Since = SampleEvents.Noon }).Matches(timeless));
        Assert.False(EventSelection.Of(new EventQuery { Since = SampleEvents.Noon }).Matches(timeless with { CreationTimestamp = null }));
    }

    [Fact]
    public void What_an_update_can_change_is_filtered_here_where_deletions_are_wanted()
    {
        var query = new EventQuery { Types = ["Warning"], Reasons = ["ScaledUp"], Sources = ["x"], Objects = [SampleEvents.Redis with { Uid = null, ApiVersion = null }] };
        var selection = EventSelection.Of(query, keepChanging: true);

        Assert.Equal("involvedObject.kind=Redis,involvedObject.namespace=wire,involvedObject.name=my-op-redis", selection.FieldSelector);
        Assert.False(selection.Matches(SampleEvents.ScaledUp));
    }

    [Fact]
    public void A_query_says_what_is_sent_and_what_is_filtered_here()
    {
        var query = new EventQuery
        {
            Namespaces = ["wire"],
            Types = ["Warning"],
            Reasons = ["Failed*", "BackOff"],
            LabelSelector = "app=redis",
            Since = SampleEvents.Noon,
        };

        Assert.Equal(
            "Events of v1, namespaces: wire; field selector: type=Warning; label selector: app=redis; "
            + "filtered here: reason Failed* or BackOff and since 2026-11-20T12:00:00Z",
            query.ToString());
    }

    [Fact]
    public void A_bracket_without_an_end_is_an_error_that_names_it()
    {
        var error = Assert.Throws<ArgumentException>(() => new EventQuery { Reasons = ["Failed["] });

        Assert.StartsWith("The pattern 'Failed[' has a bracket without an end; write `[ for the character itself.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_range_that_runs_backwards_is_an_error_that_names_it()
    {
        var error = Assert.Throws<ArgumentException>(() => new EventQuery { Namespaces = ["[z-a]*"] });

        Assert.Contains("'[z-a]*' has a range that runs backwards: z-a", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_empty_value_is_an_error()
    {
        var error = Assert.Throws<ArgumentException>(() => new EventQuery { Types = [""] });

        Assert.StartsWith("Types holds an empty value; leave it out to ask for all.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_object_without_anything_to_look_for_is_an_error() =>
        Assert.Throws<ArgumentException>(() => new EventQuery { Objects = [new ObjectReference { Namespace = "wire" }] });

    [Fact]
    public void The_first_zero_events_are_an_error() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new EventQuery { First = 0 });

    private static KubeEvent About(ObjectReference it) => SampleEvents.ScaledUp with { InvolvedObject = it };
}
