# All events in pages of 500 with the package python3-kubernetes: /usr/bin/python3 list.py
from kubernetes import client, config

config.load_kube_config()
api = client.CoreV1Api()
count, token = 0, None
while token != "":
    page = api.list_event_for_all_namespaces(limit=500, _continue=token)
    count += len(page.items)
    token = page.metadata._continue or ""
print(count)
