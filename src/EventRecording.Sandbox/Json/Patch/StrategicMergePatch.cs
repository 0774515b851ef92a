using System.Text.Json.Nodes;

namespace EventRecording.Sandbox;

/// <summary>Strategic merge patch, with the directives and with the merge keys of the lists that typed objects have here.</summary>
internal static class StrategicMergePatch
{
    private const string Directive = "$patch";
    private const string DeleteFromList = "$deleteFromPrimitiveList/";
    private const string ElementOrder = "$setElementOrder/";
    private const string RetainKeys = "$retainKeys";

    /// <exception cref="PatchException">A directive is not understood.</exception>
    public static JsonObject Apply(JsonObject target, JsonObject patch)
    {
        switch (patch[Directive].AsText())
        {
            case "delete":
                return [];
            case "replace":
                return WithoutDirectives(patch);
            case null or "merge":
                break;
            case var unknown:
                throw new PatchException("unrecognized patch directive: " + unknown);
        }
        Retain(target, patch);
        foreach (var (name, value) in patch)
        {
            if (name.StartsWith(DeleteFromList, StringComparison.Ordinal))
                Delete(target, name[DeleteFromList.Length..], value as JsonArray ?? []);
            else if (!IsDirective(name))
                Merge(target, name, value);
        }
        return target;
    }

    private static void Merge(JsonObject target, string name, JsonNode? value)
    {
        var existing = target[name];
        switch (value)
        {
            case null:
                target.Remove(name);
                break;
            case JsonObject changes:
                target.Remove(name);
                target[name] = Apply(existing as JsonObject ?? [], changes);
                break;
            case JsonArray items:
                target.Remove(name);
                target[name] = MergeList(name, existing as JsonArray, items);
                break;
            default:
                target[name] = value.DeepClone();
                break;
        }
    }

    private static JsonArray MergeList(string name, JsonArray? existing, JsonArray items)
    {
        var result = new JsonArray();
        switch (name)
        {
            case "ownerReferences":
                return MergeByKey("uid", existing ?? [], items);
            case "conditions":
                return MergeByKey("type", existing ?? [], items);
            case "finalizers":
                foreach (var item in (existing ?? []).Concat(items).Select(item => item.AsText()).Distinct())
                    result.Add(JsonValue.Create(item));
                return result;
            default:
                return (JsonArray)items.DeepClone();
        }
    }

    private static JsonArray MergeByKey(string key, JsonArray existing, JsonArray items)
    {
        var result = existing.OfType<JsonObject>().Select(item => item.Clone()).ToList();
        foreach (var item in items.OfType<JsonObject>())
        {
            if (item[Directive].AsText() == "replace" && item.Count == 1)
            {
                result.Clear();
                continue;
            }
            var at = result.FindIndex(other => other.Text(key) == item.Text(key));
            if (item[Directive].AsText() == "delete")
            {
                if (at >= 0)
                    result.RemoveAt(at);
            }
            else if (at >= 0)
                result[at] = Apply(result[at], item);
            else
                result.Add(WithoutDirectives(item));
        }
        return new JsonArray([.. result]);
    }

    private static void Retain(JsonObject target, JsonObject patch)
    {
        if (patch.Array(RetainKeys) is null)
            return;
        var keep = patch.Texts(RetainKeys).ToHashSet(StringComparer.Ordinal);
        foreach (var name in target.Select(pair => pair.Key).Where(name => !keep.Contains(name)).ToArray())
            target.Remove(name);
    }

    private static void Delete(JsonObject target, string name, JsonArray values)
    {
        var gone = values.Select(value => value?.ToJsonString()).ToHashSet();
        if (target[name] is JsonArray list)
            target[name] = new JsonArray([.. list.Where(item => !gone.Contains(item?.ToJsonString())).Select(item => item?.DeepClone())]);
    }

    private static JsonObject WithoutDirectives(JsonObject source)
    {
        var result = new JsonObject();
        foreach (var (name, value) in source)
        {
            if (!IsDirective(name) && value is not null)
                result[name] = value is JsonObject nested ? WithoutDirectives(nested) : value.DeepClone();
        }
        return result;
    }

    private static bool IsDirective(string name) =>
        name is Directive or RetainKeys
        || name.StartsWith(DeleteFromList, StringComparison.Ordinal)
        || name.StartsWith(ElementOrder, StringComparison.Ordinal);
}
